def count(n):
    total = 0
    for i in range(n):
        if i % 3 == 0 and i:
            continue
        total += i
    return total


def pairs(items):
    for key, value in items.items():
        print(key, value)
    else:
        print("done")


def collatz(n):
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        if n > 1000000:
            break
    a, b = 0, 1
    a, b = b, a + b
    return a, b

#| <module>() registers 1
#|   ; 1: def count(n):
#|      0 MakeFunction       r0, <code count>, -, -, -, -
#|      7 StoreGlobal        r0, count
#|   ; 10: def pairs(items):
#|     11 MakeFunction       r0, <code pairs>, -, -, -, -
#|     18 StoreGlobal        r0, pairs
#|   ; 17: def collatz(n):
#|     22 MakeFunction       r0, <code collatz>, -, -, -, -
#|     29 StoreGlobal        r0, collatz
#|     33 LoadNone           r0
#|     35 Return             r0
#|
#| count(n) registers 5
#|   r1=total r2=i
#|   ; 2: total = 0
#|      0 LoadInt            r1, 0
#|   ; 3: for i in range(n):
#|      4 LoadGlobal         r3, range
#|      8 Move               r4, r0
#|     11 Call               r3, r3, argc=1
#|     16 GetIter            r3, r3
#| >   20 ForIter            r2, r3, ->57
#|   ; 4: if i % 3 == 0 and i:
#|     26 ModImm             r4, r2, 3, inplace=0
#|     32 JumpEqImm          r4, 0, sense=0, ->47
#|     39 JumpIfFalse        r2, ->47
#|   ; 5: continue
#|     44 Jump               ->53
#|   ; 6: total += i
#| >   47 Add                r1, r1, r2, inplace=1
#| >   53 JumpBack           ->20
#|   ; 7: return total
#| >   57 Return             r1
#|
#| pairs(items) registers 7
#|   r1=key r2=value
#|   ; 11: for key, value in items.items():
#|      0 LoadMethod         r3, r0, items
#|      5 CallMethod         r3, r3, argc=0
#|     10 GetIter            r3, r3
#| >   14 ForIter            r4, r3, ->44
#|     20 UnpackSequence     r4, r1, count=2
#|   ; 12: print(key, value)
#|     25 LoadGlobal         r4, print
#|     29 Move               r5, r1
#|     32 Move               r6, r2
#|     35 Call               r4, r4, argc=2
#|     40 JumpBack           ->14
#|   ; 14: print("done")
#| >   44 LoadGlobal         r3, print
#|     48 LoadConst          r4, "done"
#|     51 Call               r3, r3, argc=1
#|     56 LoadNone           r3
#|     58 Return             r3
#|
#| collatz(n) registers 5
#|   r1=a r2=b
#|   ; 18: while n != 1:
#| >    0 JumpNeImm          r0, 1, sense=0, ->63
#|   ; 19: n = n // 2 if n % 2 == 0 else 3 * n + 1
#|      7 ModImm             r3, r0, 2, inplace=0
#|     13 JumpEqImm          r3, 0, sense=0, ->29
#|     20 FloorDivImm        r0, r0, 2, inplace=0
#|     26 Jump               ->45
#| >   29 LoadInt            r3, 3
#|     33 Mul                r3, r3, r0, inplace=0
#|     39 AddImm             r0, r3, 1, inplace=0
#|   ; 20: if n > 1000000:
#| >   45 LoadInt            r3, 1000000
#|     49 JumpGt             r0, r3, sense=0, ->59
#|   ; 21: break
#|     56 Jump               ->63
#| >   59 JumpBack           ->0
#|   ; 22: a, b = 0, 1
#| >   63 LoadInt            r1, 0
#|     67 LoadInt            r2, 1
#|   ; 23: a, b = b, a + b
#|     71 Add                r3, r1, r2, inplace=0
#|     77 Move               r1, r2
#|     80 Move               r2, r3
#|   ; 24: return a, b
#|     83 Move               r3, r1
#|     86 Move               r4, r2
#|     89 BuildTuple         r3, r3, count=2
#|     93 Return             r3
