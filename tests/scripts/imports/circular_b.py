# helper: imported by the scripts here
import circular_a
b_value = "b"
seen = hasattr(circular_a, "a_value")
