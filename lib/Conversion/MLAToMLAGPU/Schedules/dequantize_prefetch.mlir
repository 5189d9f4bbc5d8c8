          // Page %${page}, if it has tokens to be read, to L2.
          %${page}_asked = arith.cmpi sgt, %${tokens}, %c0 : i32
          scf.if %${page}_asked {
            %asked_page = arith.extsi %${page} : i32 to i64
            %asked_at = arith.muli %asked_page, %page_bytes : i64
            mla_gpu.global.prefetch %cache[%asked_at] bytes ${page_bytes} : !mla_gpu.ptr<i8>
          }
