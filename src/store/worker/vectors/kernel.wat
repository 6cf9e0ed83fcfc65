;; Dot products of one query with many rows, and the quantization that makes them cheap.
;; Built to dist/vector-kernel.wasm; kernel.ts calls it. All sizes in elements, all pointers in bytes;
;; `$columns` and `$rows` are multiples of 16 and 4, padded with zeros.
(module
  (memory (export "memory") 1 65536)

  ;; scores[r] = scales[r] * sum(matrix[r][c] * query[c]); matrix int8, query int16, scores and scales f32.
  ;; A lane sums columns/4 products, so |query| must stay below 2^31 / (127 * columns/4).
  (func (export "dotInt8")
    (param $matrix i32) (param $scales i32) (param $rows i32) (param $columns i32)
    (param $query i32) (param $scores i32)
    (local $end i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $q i32) (local $queryEnd i32)
    (local $sumA v128) (local $sumB v128) (local $sumC v128) (local $sumD v128)
    (local $low v128) (local $high v128)
    (local.set $end (i32.add (local.get $scores) (i32.shl (local.get $rows) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $columns) (i32.const 1))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $scores) (local.get $end)))
        ;; Four rows at a time share each load of the query.
        (local.set $a (local.get $matrix))
        (local.set $b (i32.add (local.get $a) (local.get $columns)))
        (local.set $c (i32.add (local.get $b) (local.get $columns)))
        (local.set $d (i32.add (local.get $c) (local.get $columns)))
        (local.set $matrix (i32.add (local.get $d) (local.get $columns)))
        (local.set $sumA (v128.const i32x4 0 0 0 0))
        (local.set $sumB (v128.const i32x4 0 0 0 0))
        (local.set $sumC (v128.const i32x4 0 0 0 0))
        (local.set $sumD (v128.const i32x4 0 0 0 0))
        (local.set $q (local.get $query))
        (loop $columnsLeft
          (local.set $low (v128.load (local.get $q)))
          (local.set $high (v128.load offset=16 (local.get $q)))
          (local.set $sumA (i32x4.add (local.get $sumA) (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $a)) (local.get $low))))
          (local.set $sumB (i32x4.add (local.get $sumB) (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $b)) (local.get $low))))
          (local.set $sumC (i32x4.add (local.get $sumC) (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $c)) (local.get $low))))
          (local.set $sumD (i32x4.add (local.get $sumD) (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $d)) (local.get $low))))
          (local.set $sumA (i32x4.add (local.get $sumA) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $a)) (local.get $high))))
          (local.set $sumB (i32x4.add (local.get $sumB) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $b)) (local.get $high))))
          (local.set $sumC (i32x4.add (local.get $sumC) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $c)) (local.get $high))))
          (local.set $sumD (i32x4.add (local.get $sumD) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $d)) (local.get $high))))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (local.set $d (i32.add (local.get $d) (i32.const 16)))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (br_if $columnsLeft (i32.lt_u (local.get $q) (local.get $queryEnd))))
        (v128.store (local.get $scores)
          (f32x4.mul (v128.load (local.get $scales))
            (call $sums
              (f32x4.convert_i32x4_s (local.get $sumA)) (f32x4.convert_i32x4_s (local.get $sumB))
              (f32x4.convert_i32x4_s (local.get $sumC)) (f32x4.convert_i32x4_s (local.get $sumD)))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $scores (i32.add (local.get $scores) (i32.const 16)))
        (br $next))))

  ;; [sum(a), sum(b), sum(c), sum(d)]
  (func $sums (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result v128)
    (local $ab v128) (local $cd v128)
    ;; Lanes a0+a2, b0+b2, a1+a3, b1+b3, then the same of c and d.
    (local.set $ab (f32x4.add
      (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
      (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
    (local.set $cd (f32x4.add
      (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
      (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
    (f32x4.add
      (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $ab) (local.get $cd))
      (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $ab) (local.get $cd))))

  ;; Symmetric int8 quantization of each row: scale = max|x| / 127, value = round(x / scale).
  (func (export "quantize")
    (param $source i32) (param $rows i32) (param $columns i32) (param $matrix i32) (param $scales i32)
    (local $end i32) (local $at i32) (local $rowEnd i32) (local $stride i32)
    (local $largest v128) (local $factor v128) (local $peak f32)
    (local.set $stride (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $end (i32.add (local.get $scales) (i32.shl (local.get $rows) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $scales) (local.get $end)))
        (local.set $rowEnd (i32.add (local.get $source) (local.get $stride)))
        (local.set $largest (v128.const f32x4 0 0 0 0))
        (local.set $at (local.get $source))
        (loop $searching
          (local.set $largest (f32x4.max (local.get $largest) (f32x4.abs (v128.load (local.get $at)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $searching (i32.lt_u (local.get $at) (local.get $rowEnd))))
        (local.set $peak (f32.max
          (f32.max (f32x4.extract_lane 0 (local.get $largest)) (f32x4.extract_lane 1 (local.get $largest)))
          (f32.max (f32x4.extract_lane 2 (local.get $largest)) (f32x4.extract_lane 3 (local.get $largest)))))
        (f32.store (local.get $scales) (f32.div (local.get $peak) (f32.const 127)))
        (local.set $factor (f32x4.splat
          (select (f32.div (f32.const 127) (local.get $peak)) (f32.const 0) (f32.gt (local.get $peak) (f32.const 0)))))
        (loop $writing
          (v128.store (local.get $matrix)
            (i8x16.narrow_i16x8_s
              (i16x8.narrow_i32x4_s
                (call $rounded (v128.load (local.get $source)) (local.get $factor))
                (call $rounded (v128.load offset=16 (local.get $source)) (local.get $factor)))
              (i16x8.narrow_i32x4_s
                (call $rounded (v128.load offset=32 (local.get $source)) (local.get $factor))
                (call $rounded (v128.load offset=48 (local.get $source)) (local.get $factor)))))
          (local.set $matrix (i32.add (local.get $matrix) (i32.const 16)))
          (local.set $source (i32.add (local.get $source) (i32.const 64)))
          (br_if $writing (i32.lt_u (local.get $source) (local.get $rowEnd))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
        (br $next))))

  (func $rounded (param $values v128) (param $factor v128) (result v128)
    (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $values) (local.get $factor))))))
