# xml: ElementTree, minidom, sax, expat: names, namespaces, entities, encodings, errors, pieces.
import xml.etree.ElementTree as E, io
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e, getattr(e,'code',None), getattr(e,'position',None))
r=E.fromstring('<?xml version="1.0" encoding="utf-8"?><!-- c --><a x="1" y=\'&lt;&#65;&#x42;\'>t&amp;u<b>bb</b>tail<![CDATA[<raw>]]><c/><?pi data?>\n</a>')
t(lambda: (r.tag, r.attrib, r.text, [(c.tag,c.text,c.tail) for c in r], E.tostring(r)))
n=E.fromstring('<a xmlns="u:d" xmlns:p="u:p" p:k="v"><p:b/><c xmlns=""/></a>')
t(lambda: (n.tag, n.attrib, [c.tag for c in n], E.tostring(n)))
for bad in ["<a>", "<a></b>", "", "x", "<a/><b/>", "<a b='1' b='2'/>", "<a>&nope;</a>", "<a b=1/>", "<a", "<p:a/>", "<a>\n <b>\n</a>", "<a><</a>", "<a b='<'/>", "<a>]]></a>", "<a>\x01</a>", "  <?xml version='1.0'?><a/>", "<a>&#0;</a>", "<1/>", "<a><!-- -- --></a>", "<a/>x", "<a>&amp</a>"]:
    t(lambda: E.fromstring(bad))
t(lambda: E.fromstring('<!DOCTYPE a [<!ENTITY e "val<b/>x">]><a>&e;</a>')[0].tail)
t(lambda: E.fromstring("<a>\xe9\u4e2d</a>".encode()).text); t(lambda: E.fromstring('<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'.encode("latin-1")).text); t(lambda: E.fromstring("<a>\u4e2d</a>".encode("utf-16")).text)
t(lambda: [ (e,x.tag) for e,x in E.iterparse(io.BytesIO(b"<a><b/><c>t</c></a>"), events=("start","end"))])
p=E.XMLPullParser(["start","end"]); p.feed("<a><b"); t(lambda: [(e,x.tag) for e,x in p.read_events()]); p.feed(">x</b></a>"); t(lambda: [(e,x.tag) for e,x in p.read_events()])
root=E.Element("r"); s=E.SubElement(root,"s",k="v & <"); s.text="a<b"; E.indent(root); t(lambda: E.tostring(root, encoding="unicode")); t(lambda: root.find("s").get("k")); t(lambda: r.findall(".//b")[0].text); t(lambda: E.tostring(E.fromstring("<a>é</a>")))
import xml.dom.minidom as M
d=M.parseString("<a x='1'><b>t</b></a>"); t(lambda: d.documentElement.tagName); t(lambda: d.toprettyxml(indent=" "))
import xml.sax
class H(xml.sax.ContentHandler):
    def startElement(self,n,a): print("start",n,dict(a))
    def endElement(self,n): print("end",n)
    def characters(self,c): print("chars",repr(c))
xml.sax.parseString(b"<a k='v'>x<b/></a>", H())
from xml.parsers import expat
q=expat.ParserCreate(); ev=[]
q.StartElementHandler=lambda n,a: ev.append(("s",n,a)); q.EndElementHandler=lambda n: ev.append(("e",n)); q.CharacterDataHandler=lambda c: ev.append(("c",c)); q.CommentHandler=lambda c: ev.append(("m",c)); q.ProcessingInstructionHandler=lambda a,b: ev.append(("p",a,b)); q.XmlDeclHandler=lambda *a: ev.append(a); q.StartCdataSectionHandler=lambda: ev.append("cd"); q.EndCdataSectionHandler=lambda: ev.append("/cd"); q.StartDoctypeDeclHandler=lambda *a: ev.append(a)
q.Parse("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x'><a>x\ny<![CDATA[z]]><!--k--><?t  u v?></a>", True); print(ev)
t(lambda: q.Parse("<a/>", True)); t(lambda: expat.ErrorString(3)); t(lambda: expat.ParserCreate().Parse(b"<a>",1)); print(q.CurrentLineNumber, q.buffer_text, expat.errors.XML_ERROR_SYNTAX, expat.EXPAT_VERSION[:5])
import plistlib
t(lambda: plistlib.loads(plistlib.dumps({"a":[1,True,"x",2.5,b"q"]})))
