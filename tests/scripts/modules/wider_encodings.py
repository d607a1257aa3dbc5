# pprint, binascii, base64, hashlib.
import pprint
pprint.pprint({"b": list(range(15)), "a": {"nested": ["x" * 30, "y" * 30, {"deep": (1, 2)}]}, "c": "short"}, width=50)
print(pprint.pformat([[i] * i for i in range(4)]), pprint.pformat({"k": 1}))
import binascii
import base64
import hashlib
print(binascii.hexlify(b"abc"), binascii.unhexlify("616263"), binascii.crc32(b"hello"), base64.b64encode(b"hello world"), base64.b64decode("aGk="), base64.b32encode(b"x"), base64.b16encode(b"\xff"), base64.urlsafe_b64encode(b"\xfb\xff"))
print(hashlib.md5(b"a").hexdigest(), hashlib.sha1(b"a").hexdigest(), hashlib.sha256(b"a" * 1000).hexdigest(), hashlib.sha512(b"").hexdigest()[:32])
