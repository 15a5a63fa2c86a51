print("first", ...)
print(#undefined_name)
print("third")
