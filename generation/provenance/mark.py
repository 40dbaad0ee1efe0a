"""The mark by which others see that a model made a picture: XMP with IPTC's source type.

https://iptc.org/std/photometadata/specification/IPTC-PhotoMetadata#digital-source-type
"""

import re

TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# A model drew all of it; or it changed a picture that came from outside, of which parts remain.
MADE, COMPOSED = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
SOURCE_TYPE = f"{TYPES}{MADE}"
# Codes that say so of a picture, whoever wrote them.
OF_MODELS = (MADE, COMPOSED, "compositeSynthetic", "algorithmicMedia", "algorithmicallyEnhanced")

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Pixazo"
    Iptc4xmpExt:DigitalSourceType="{source_type}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
# As an attribute or an element, with its address or the code alone.
SAID = re.compile(rb"DigitalSourceType\b[^A-Za-z]{1,8}(?:https?://[\w./-]{1,80}/)?(\w{1,60})")
MOST = 256 * 1024  # bytes of a packet that are looked at


def packet(code: str = MADE) -> str:
    """The packet that says where a picture comes from."""
    return PACKET.format(source_type=f"{TYPES}{code}")


def of_ours(code: str) -> str:
    """The code, if it is one that we write; else ""."""
    return code if code in (MADE, COMPOSED) else ""


def code_in(packet: bytes) -> str:
    """The source type that a packet of XMP names, by its code; "" if it names none."""
    found = SAID.search(packet[:MOST])
    return found[1].decode("ascii", "replace") if found else ""
