"""Hugging Face's cache layout as on systems without symlinks: real files in snapshots/<commit>/, and refs/main."""
import hashlib
import shutil
from pathlib import Path

HUB = Path(__file__).resolve().parents[3] / "demo-workspace/models/hub"


def commit_id(files):
    """sha1 over names and contents, so the same files always get the same id."""
    digest = hashlib.sha1()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()


def read_folder(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def publish(repository, files):
    """Replaces the repository, e.g. `models--local-models--demo-sentence-onnx`, by one commit with these files."""
    commit = commit_id(files)
    target = HUB / repository
    if target.exists():
        shutil.rmtree(target)
    for name, content in files.items():
        path = target / "snapshots" / commit / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (target / "refs").mkdir()
    (target / "refs/main").write_text(commit)
    print(f"{repository} at {commit}, {sum(map(len, files.values())):,} bytes")
