"""Weight-only int8: every large weight becomes int8 numbers and one scale per output, with DequantizeLinear in front of its user.

The sums are still done in float, so nothing is lost but the rounding of the weights.
"""
import numpy as np
import onnx
from onnx import helper, numpy_helper

SMALLEST = 1024  # numbers; smaller weights stay as they are


def output_axis(node, position):
    """The axis of a weight along which each output has its own scale, or None when this input is no weight."""
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    if node.op_type == "MatMul" and position == 1:
        return 1
    if node.op_type == "Gemm" and position == 1:
        return 0 if transposed else 1
    if (node.op_type == "Gather" and position == 0) or (node.op_type == "Conv" and position == 1):
        return 0
    return None


def quantize(values, axis):
    others = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(axis=others) / 127.0, 1e-12).astype(np.float32)
    shape = [-1 if i == axis else 1 for i in range(values.ndim)]
    return np.clip(np.round(values / scale.reshape(shape)), -127, 127).astype(np.int8), scale


def quantize_file(source, target):
    """Writes the int8 version of an ONNX file; returns its size in bytes."""
    model = onnx.load(str(source))
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:  # torch 1.13 writes some weights as constants
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            tensor = node.attribute[0].t
            if np.prod(tensor.dims) >= SMALLEST:
                weights[node.output[0]] = tensor
    axes = {}
    for node in graph.node:
        for position, name in enumerate(node.input):
            axis = output_axis(node, position)
            if name in weights and axis is not None and len(weights[name].dims) > 1 and np.prod(weights[name].dims) >= SMALLEST:
                axes.setdefault(name, set()).add(axis)
    added = []
    for name, wanted in axes.items():
        if len(wanted) > 1:
            continue
        axis = wanted.pop()
        values, scale = quantize(numpy_helper.to_array(weights[name]), axis)
        for tensor in [t for t in graph.initializer if t.name == name]:
            graph.initializer.remove(tensor)
        for node in [n for n in graph.node if n.op_type == "Constant" and n.output[0] == name]:
            graph.node.remove(node)
        graph.initializer.extend([numpy_helper.from_array(values, name + "_int8"), numpy_helper.from_array(scale, name + "_scale")])
        added.append(helper.make_node("DequantizeLinear", [name + "_int8", name + "_scale"], [name], name=name + "_dequantize", axis=axis))
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(added + rest)
    model.producer_name, model.doc_string = "local-models", ""
    for node in graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString())
    return target.stat().st_size
