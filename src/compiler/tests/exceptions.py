def risky(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError as error:
        log(error)
    finally:
        close()


def unbound(flag):
    try:
        value = compute()
    except:
        pass
    if flag:
        del flag
    return value, flag

#| <module>() registers 1
#|   ; 1: def risky(path):
#|      0 MakeFunction       r0, <code risky>, -, -, -, -
#|      7 StoreGlobal        r0, risky
#|   ; 11: def unbound(flag):
#|     11 MakeFunction       r0, <code unbound>, -, -, -, -
#|     18 StoreGlobal        r0, unbound
#|     22 LoadNone           r0
#|     24 Return             r0
#|
#| risky(path) registers 11
#|   r1=file r2=error
#|   ; 2: try:
#|      0 Nop
#|   ; 3: with open(path) as file:
#|      1 LoadGlobal         r5, open
#|      5 Move               r6, r0
#|      8 Call               r5, r5, argc=1
#|     13 LoadContext        r6, r3, r5, is_async=0
#|     18 CallMethod         r5, r6, argc=0
#|     23 Move               r1, r5
#|   ; 4: return file.read()
#|     26 LoadMethod         r5, r1, read
#|     31 CallMethod         r5, r5, argc=0
#|   ; 3: with open(path) as file:
#|     36 Move               r6, r3
#|     39 Move               r7, r4
#|     42 LoadNone           r8
#|     44 LoadNone           r9
#|     46 LoadNone           r10
#|     48 CallMethod         r6, r6, argc=3
#|   ; 8: close()
#|     53 LoadGlobal         r6, close
#|     57 Call               r6, r6, argc=0
#|     62 Return             r5
#|   ; 3: with open(path) as file:
#| >   64 BeginHandler       r5, r6
#|     67 CallExitWithException r7, r3, r5
#|     71 JumpIfTrue         r7, ->87
#|     76 EndHandler         r6
#|     78 Reraise            r5
#| >   80 BeginHandler       r8, r9
#|     83 EndHandler         r6
#|     85 Reraise            r8
#| >   87 EndHandler         r6
#|     89 Jump               ->151
#| >   92 BeginHandler       r3, r4
#|   ; 5: except OSError as error:
#|     95 LoadGlobal         r5, OSError
#|     99 ExceptionMatch     r5, r3, r5
#|    104 JumpIfFalse        r5, ->140
#|    109 Move               r2, r3
#|   ; 6: log(error)
#|    112 LoadGlobal         r5, log
#|    116 Move               r6, r2
#|    119 Call               r5, r5, argc=1
#|    124 EndHandler         r4
#|    126 Clear              r2
#|    128 Jump               ->151
#| >  131 BeginHandler       r5, r6
#|    134 Clear              r2
#|    136 EndHandler         r4
#|    138 Reraise            r5
#|   ; 5: except OSError as error:
#| >  140 EndHandler         r4
#|    142 Reraise            r3
#| >  144 BeginHandler       r5, r6
#|    147 EndHandler         r4
#|    149 Reraise            r5
#|   ; 8: close()
#| >  151 LoadGlobal         r3, close
#|    155 Call               r3, r3, argc=0
#|    160 Jump               ->186
#| >  163 BeginHandler       r3, r4
#|    166 LoadGlobal         r5, close
#|    170 Call               r5, r5, argc=0
#|    175 EndHandler         r4
#|    177 Reraise            r3
#| >  179 BeginHandler       r5, r6
#|    182 EndHandler         r4
#|    184 Reraise            r5
#| >  186 LoadNone           r3
#|    188 Return             r3
#|   try 1..23 -> 92
#|   try 23..36 -> 64
#|   try 36..53 -> 92
#|   try 62..64 -> 64
#|   try 64..67 -> 92
#|   try 67..76 -> 80
#|   try 76..89 -> 92
#|   try 89..95 -> 163
#|   try 95..112 -> 144
#|   try 112..124 -> 131
#|   try 124..131 -> 163
#|   try 131..136 -> 144
#|   try 136..151 -> 163
#|   try 166..175 -> 179
#|
#| unbound(flag) registers 6
#|   r1=value
#|   ; 12: try:
#|      0 Nop
#|   ; 13: value = compute()
#|      1 LoadGlobal         r2, compute
#|      5 Call               r1, r2, argc=0
#|     10 Jump               ->19
#| >   13 BeginHandler       r2, r3
#|   ; 15: pass
#|     16 Nop
#|     17 EndHandler         r3
#|   ; 16: if flag:
#| >   19 JumpIfFalse        r0, ->26
#|   ; 17: del flag
#|     24 Clear              r0
#|   ; 18: return value, flag
#| >   26 CheckBound         r1
#|     28 Move               r2, r1
#|     31 CheckBound         r0
#|     33 Move               r3, r0
#|     36 BuildTuple         r2, r2, count=2
#|     40 Return             r2
#|   try 1..10 -> 13
