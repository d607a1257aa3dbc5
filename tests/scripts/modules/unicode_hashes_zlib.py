# unicodedata, hashlib and zlib.
import unicodedata as u
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
print(u.name("a"), u.lookup("GREEK SMALL LETTER ALPHA"), u.category("A"), u.bidirectional("a"), u.combining("\u0301"), u.mirrored("("), u.east_asian_width("中"), u.decomposition("é"), u.digit("5"), u.decimal("5"), u.numeric("½"))
t(lambda: u.name("\x00")); t(lambda: u.name("\x00", "d")); t(lambda: u.lookup("nope")); t(lambda: u.digit("x")); t(lambda: u.decimal("x", 3)); t(lambda: u.numeric("x")); t(lambda: u.name("ab")); t(lambda: u.category(5))
t(lambda: u.normalize("NFD", "é") == "e\u0301"); t(lambda: u.is_normalized("NFC","é"))
t(lambda: u.ucd_3_2_0.unidata_version); t(lambda: u.ucd_3_2_0.category("a")); t(lambda: type(u.ucd_3_2_0)); t(lambda: u.decimal("²")); t(lambda: u.digit("²"))
t(lambda: u.lookup("LATIN SMALL LETTER R WITH TILDE")); t(lambda: [hex(ord(c)) for c in u.lookup("KEYCAP DIGIT ONE")])
import hashlib
t(lambda: hashlib.md5(b"a").hexdigest()); t(lambda: hashlib.md5("a")); t(lambda: hashlib.sha256().update(5)); t(lambda: hashlib.new("nope"))
h=hashlib.sha256(b"x"); print(h.name, h.digest_size, h.block_size, type(h)); 
t(lambda: hashlib.shake_128(b"x").hexdigest(5)); t(lambda: hashlib.shake_128(b"x").digest_size)
t(lambda: hashlib.blake2b(b"x", digest_size=8, key=b"k", salt=b"s", person=b"p").hexdigest())
t(lambda: hashlib.blake2s(b"x", digest_size=33)); t(lambda: hashlib.blake2b(key=b"x"*65)); t(lambda: hashlib.blake2b(salt=b"x"*17))
t(lambda: hashlib.sha3_256(b"").hexdigest()); t(lambda: hashlib.sha3_256(b"").name); t(lambda: hashlib.sha3_256(b"").block_size)
derive = getattr(hashlib, "pbkdf2_hmac", None)
# A test vector of RFC 6070, and a longer key than a block; builds of CPython without OpenSSL have no such function.
t(lambda: not derive or derive("sha1", b"passwordPASSWORDpassword", b"saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25).hex() == "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038")
t(lambda: hashlib.blake2b.MAX_DIGEST_SIZE); t(lambda: hashlib.blake2b().name)
import zlib
t(lambda: zlib.decompress(zlib.compress(b"a"*100))); t(lambda: zlib.decompress(b"xx")); t(lambda: zlib.crc32(b"a")); t(lambda: zlib.adler32(b"a", 5)); t(lambda: zlib.decompress(zlib.compress(b"a")[:-2]))
t(lambda: zlib.compress(5)); t(lambda: zlib.compress(b"", 10)); t(lambda: zlib.ZLIB_VERSION); t(lambda: type(zlib.compressobj())); t(lambda: zlib.error.__module__)
d=zlib.decompressobj(); t(lambda: (d.decompress(zlib.compress(b"abc")+b"rest"), d.unused_data, d.unconsumed_tail, d.eof, d.flush()))
d=zlib.decompressobj(); t(lambda: (d.decompress(zlib.compress(b"abc"*100), 10), d.unconsumed_tail!=b"", d.eof))
