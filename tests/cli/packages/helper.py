NAME = "a module on PYTHONPATH"
