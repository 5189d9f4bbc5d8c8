// RUN: mla-interpreter-test %s --verify-diagnostics --drop-argument

mla_gpu.program @p {
  // expected-error @+1 {{expected 2 arguments, but got 1}}
  mla_gpu.kernel @k(
      %x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<4xi32>},
      %y: i32 {mla_gpu.bind = #mla_gpu.binding<rows>, test.value = 1 : i32})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}
