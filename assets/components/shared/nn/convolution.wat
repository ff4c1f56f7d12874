;; A convolution as convolution.js describes it, 4 pixels x 8 output channels at a time in registers.
;;
;; This is the build "relaxed", in which a product and its sum are rounded together where the processor can. "simd" is
;; the same text with each relaxed_madd written as a product and a sum. `python -m tests.js.nn.wasm` builds both into
;; convolution_wasm.js; tests/js/nn/test_wasm.py tells whether that was done.
;;
;; Each run is summed by itself and then added to the sum of the runs before, so that long sums stay exact enough.
;; All places, steps and starts are bytes, `length`, `height`, `width` and `numPanels` are counts. Whole panels are
;; stored, also where fewer channels are left: from the last panel to the first and from left to right, so that what is
;; written beyond a pixel is overwritten by what belongs there, and beyond the last pixel lies room (backends.js).
(module
  (import "net" "memory" (memory 1))
  (func (export "convolve")
    (param $source i32) (param $out i32) (param $panels i32) (param $bias i32)
    (param $starts i32) (param $numStarts i32) (param $length i32)
    (param $rowStep i32) (param $pixelStep i32) (param $outStep i32)
    (param $height i32) (param $width i32) (param $numPanels i32)
    (local $panel i32) (local $row i32) (local $left i32) (local $at i32) (local $to i32) (local $firstTo i32)
    (local $start i32) (local $lastStart i32) (local $end i32) (local $panelBytes i32)
    (local $w i32) (local $x0 i32) (local $x1 i32) (local $x2 i32) (local $x3 i32)
    (local $b0 v128) (local $b1 v128) (local $w0 v128) (local $w1 v128) (local $v v128)
    (local $a00 v128) (local $a01 v128) (local $a10 v128) (local $a11 v128)
    (local $a20 v128) (local $a21 v128) (local $a30 v128) (local $a31 v128)
    (local $s00 v128) (local $s01 v128) (local $s10 v128) (local $s11 v128)
    (local $s20 v128) (local $s21 v128) (local $s30 v128) (local $s31 v128) (local $zero v128)
    (local.set $lastStart (i32.add (local.get $starts) (i32.shl (local.get $numStarts) (i32.const 2))))
    (local.set $length (i32.shl (local.get $length) (i32.const 2)))
    (local.set $panelBytes (i32.shl (i32.mul (local.get $numStarts) (local.get $length)) (i32.const 3)))
    (local.set $panel (i32.add (local.get $panels) (i32.mul (local.get $numPanels) (local.get $panelBytes))))
    (local.set $bias (i32.add (local.get $bias) (i32.shl (local.get $numPanels) (i32.const 5))))
    (local.set $firstTo (i32.add (local.get $out) (i32.shl (local.get $numPanels) (i32.const 5))))
    (loop $panelLoop
      (local.set $panel (i32.sub (local.get $panel) (local.get $panelBytes)))
      (local.set $bias (i32.sub (local.get $bias) (i32.const 32)))
      (local.set $firstTo (i32.sub (local.get $firstTo) (i32.const 32)))
      (local.set $b0 (v128.load (local.get $bias)))
      (local.set $b1 (v128.load offset=16 (local.get $bias)))
      (local.set $to (local.get $firstTo))
      (local.set $row (i32.const 0))
      (loop $rowLoop
        (local.set $at (i32.add (local.get $source) (i32.mul (local.get $row) (local.get $rowStep))))
        (local.set $left (local.get $width))
        (block $fewer
          (loop $fourPixels
            (br_if $fewer (i32.lt_s (local.get $left) (i32.const 4)))
            (local.set $s00 (local.get $b0)) (local.set $s01 (local.get $b1))
            (local.set $s10 (local.get $b0)) (local.set $s11 (local.get $b1))
            (local.set $s20 (local.get $b0)) (local.set $s21 (local.get $b1))
            (local.set $s30 (local.get $b0)) (local.set $s31 (local.get $b1))
            (local.set $w (local.get $panel))
            (local.set $start (local.get $starts))
            (loop $runs
              (local.set $x0 (i32.add (local.get $at) (i32.load (local.get $start))))
              (local.set $x1 (i32.add (local.get $x0) (local.get $pixelStep)))
              (local.set $x2 (i32.add (local.get $x1) (local.get $pixelStep)))
              (local.set $x3 (i32.add (local.get $x2) (local.get $pixelStep)))
              (local.set $a00 (local.get $zero)) (local.set $a01 (local.get $zero))
              (local.set $a10 (local.get $zero)) (local.set $a11 (local.get $zero))
              (local.set $a20 (local.get $zero)) (local.set $a21 (local.get $zero))
              (local.set $a30 (local.get $zero)) (local.set $a31 (local.get $zero))
              (local.set $end (i32.add (local.get $x0) (local.get $length)))
              (loop $products
                (local.set $w0 (v128.load (local.get $w)))
                (local.set $w1 (v128.load offset=16 (local.get $w)))
                (local.set $v (v128.load32_splat (local.get $x0)))
                (local.set $a00 (f32x4.relaxed_madd (local.get $v) (local.get $w0) (local.get $a00)))
                (local.set $a01 (f32x4.relaxed_madd (local.get $v) (local.get $w1) (local.get $a01)))
                (local.set $v (v128.load32_splat (local.get $x1)))
                (local.set $a10 (f32x4.relaxed_madd (local.get $v) (local.get $w0) (local.get $a10)))
                (local.set $a11 (f32x4.relaxed_madd (local.get $v) (local.get $w1) (local.get $a11)))
                (local.set $v (v128.load32_splat (local.get $x2)))
                (local.set $a20 (f32x4.relaxed_madd (local.get $v) (local.get $w0) (local.get $a20)))
                (local.set $a21 (f32x4.relaxed_madd (local.get $v) (local.get $w1) (local.get $a21)))
                (local.set $v (v128.load32_splat (local.get $x3)))
                (local.set $a30 (f32x4.relaxed_madd (local.get $v) (local.get $w0) (local.get $a30)))
                (local.set $a31 (f32x4.relaxed_madd (local.get $v) (local.get $w1) (local.get $a31)))
                (local.set $w (i32.add (local.get $w) (i32.const 32)))
                (local.set $x1 (i32.add (local.get $x1) (i32.const 4)))
                (local.set $x2 (i32.add (local.get $x2) (i32.const 4)))
                (local.set $x3 (i32.add (local.get $x3) (i32.const 4)))
                (br_if $products
                  (i32.lt_u (local.tee $x0 (i32.add (local.get $x0) (i32.const 4))) (local.get $end))))
              (local.set $s00 (f32x4.add (local.get $s00) (local.get $a00)))
              (local.set $s01 (f32x4.add (local.get $s01) (local.get $a01)))
              (local.set $s10 (f32x4.add (local.get $s10) (local.get $a10)))
              (local.set $s11 (f32x4.add (local.get $s11) (local.get $a11)))
              (local.set $s20 (f32x4.add (local.get $s20) (local.get $a20)))
              (local.set $s21 (f32x4.add (local.get $s21) (local.get $a21)))
              (local.set $s30 (f32x4.add (local.get $s30) (local.get $a30)))
              (local.set $s31 (f32x4.add (local.get $s31) (local.get $a31)))
              (br_if $runs
                (i32.lt_u
                  (local.tee $start (i32.add (local.get $start) (i32.const 4))) (local.get $lastStart))))
            (v128.store (local.get $to) (local.get $s00))
            (v128.store offset=16 (local.get $to) (local.get $s01))
            (local.set $to (i32.add (local.get $to) (local.get $outStep)))
            (v128.store (local.get $to) (local.get $s10))
            (v128.store offset=16 (local.get $to) (local.get $s11))
            (local.set $to (i32.add (local.get $to) (local.get $outStep)))
            (v128.store (local.get $to) (local.get $s20))
            (v128.store offset=16 (local.get $to) (local.get $s21))
            (local.set $to (i32.add (local.get $to) (local.get $outStep)))
            (v128.store (local.get $to) (local.get $s30))
            (v128.store offset=16 (local.get $to) (local.get $s31))
            (local.set $to (i32.add (local.get $to) (local.get $outStep)))
            (local.set $at (i32.add (local.get $at) (i32.shl (local.get $pixelStep) (i32.const 2))))
            (local.set $left (i32.sub (local.get $left) (i32.const 4)))
            (br $fourPixels)))
        (block $none
          (loop $onePixel
            (br_if $none (i32.eqz (local.get $left)))
            (local.set $s00 (local.get $b0)) (local.set $s01 (local.get $b1))
            (local.set $w (local.get $panel))
            (local.set $start (local.get $starts))
            (loop $runs
              (local.set $x0 (i32.add (local.get $at) (i32.load (local.get $start))))
              (local.set $a00 (local.get $zero)) (local.set $a01 (local.get $zero))
              (local.set $end (i32.add (local.get $x0) (local.get $length)))
              (loop $products
                (local.set $v (v128.load32_splat (local.get $x0)))
                (local.set $w0 (v128.load (local.get $w)))
                (local.set $w1 (v128.load offset=16 (local.get $w)))
                (local.set $a00 (f32x4.relaxed_madd (local.get $v) (local.get $w0) (local.get $a00)))
                (local.set $a01 (f32x4.relaxed_madd (local.get $v) (local.get $w1) (local.get $a01)))
                (local.set $w (i32.add (local.get $w) (i32.const 32)))
                (br_if $products
                  (i32.lt_u (local.tee $x0 (i32.add (local.get $x0) (i32.const 4))) (local.get $end))))
              (local.set $s00 (f32x4.add (local.get $s00) (local.get $a00)))
              (local.set $s01 (f32x4.add (local.get $s01) (local.get $a01)))
              (br_if $runs
                (i32.lt_u
                  (local.tee $start (i32.add (local.get $start) (i32.const 4))) (local.get $lastStart))))
            (v128.store (local.get $to) (local.get $s00))
            (v128.store offset=16 (local.get $to) (local.get $s01))
            (local.set $to (i32.add (local.get $to) (local.get $outStep)))
            (local.set $at (i32.add (local.get $at) (local.get $pixelStep)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $onePixel)))
        (br_if $rowLoop
          (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $height))))
      (br_if $panelLoop (i32.gt_u (local.get $panel) (local.get $panels))))))
