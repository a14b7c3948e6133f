"""Web pages that must pass: newsletters, programmes, signatures, programs, forms."""

import json

from people.corpus.invented import people
from people.corpus.pages import numbered, page, script

_PRODUCTS = [
    {
        "@type": "Product",
        "name": name,
        "sku": f"A-{n}",
        "offers": {"price": "19.90", "gtin13": f"40012345{n:05}"},
    }
    for n, name in enumerate(
        ("Desk Lamp Florence", "Chair Victoria", "Kettle Oscar", "Rug Sofia", "Mug Emma") * 8
    )
]
_SHOP = {
    "@context": "https://schema.org", "@type": "Organization", "name": "Example Shop Ltd",
    "telephone": "+44 20 7946 0000", "email": "service@shop.example",
    "address": {"streetAddress": "5 Mill Road", "postalCode": "LS1 4AP", "addressLocality": "Leeds"},
}  # fmt: skip
_CONTACT = {"name": "Customer Service", "email": "support@shop.example", "phone": "+44 20 7946 0000"}
_SIGNATURE = (
    "<p>Dear Ann,</p><p>thank you for the call. The offer follows tomorrow.</p><p>Kind regards</p>"
    "<table><tr><td><b>Jane Roe</b></td></tr><tr><td>Head of Sales</td></tr><tr><td>Example Ltd</td></tr>"
    "<tr><td>5 Mill Road, Leeds</td></tr><tr><td>+44 20 7946 0991</td></tr></table>"
)


HONEST: dict[str, str] = {
    "newsletter with products": page(
        numbered(
            "<div class=p><div>Desk Lamp Florence {n}</div><div>Art. {b}{b}</div><div>EUR 19.90</div>"
            "<div><a href='https://t.example/c?id={b}{b}&u=7'>Buy now</a></div></div>"
        )
        + "<div>Example Shop Ltd</div><div>5 Mill Road</div><div>Leeds LS1 4AP</div>"
        "<div>+44 20 7946 0000</div>"
    ),
    "ld+json of products": page(
        "<p>News</p>", f'<script type="application/ld+json">{json.dumps([*_PRODUCTS, _SHOP])}</script>'
    ),
    "analytics": script(
        "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}"
        "gtag('js',new Date());"
        "gtag('config','G-1234567890',{send_to:'AW-1038472910/abc',user:'support@shop.example'});"
        + numbered("ga('send','event',{{category:'Product View',action:'Desk Lamp',value:{b}{b}}});")
    ),
    "configuration": script(
        json.dumps(
            {
                "contact": {
                    "name": "Customer Service",
                    "email": "support@shop.example",
                    "phone": "+44 20 7946 0000",
                },
                "features": [{"name": f"Feature {n}", "id": 4_412_345 + n} for n in range(60)],
            }
        ),
        ' type="application/json"',
    ),
    "tracking attributes": page(
        numbered(
            '<a data-track="click" data-id="{b}{b}" data-name="Desk Lamp Florence" href="#">Lamp {n}</a>'
        )
    ),
    "map of shops": script(
        numbered("L.marker([52.{b}, 13.{b}]).bindPopup('Shop Number {n}<br>High Street {n}');\n")
    ),
    "minified library": script(
        "/*! v1.2 | (c) Ann Smith <ann@lib.example> | MIT */!function(t,e){"
        + numbered("var a{n}=0.{b}{b},b{n}=t.prototype.moveTo({b},{b});")
        + "}();"
    ),
    "signature": page(_SIGNATURE),
    "invoice to the recipient": page(
        "<div>Example Shop Ltd</div><div>Invoice 2024-77</div><div>Bob Miller</div><div>9 Church Lane</div>"
        "<div>Leeds LS1 4AP</div><div>+44 20 7946 0123</div>"
        + numbered(
            "<div><div>{n}</div><div>Garden Chair Victoria</div><div>400{b}{b}</div><div>19.90</div></div>"
        )
    ),
    "programme": page(
        "".join(
            f"<div><div>{p.name}</div><div>Room {n}</div><div>{n % 12}:30</div></div>"
            for n, p in enumerate(people("en", 40))
        )
    ),
    "league table": page(
        "".join(
            f"<li>{p.name}</li><li>{p.town} United</li><li>{n} points</li>"
            for n, p in enumerate(people("de", 40))
        )
    ),
    "authors of articles": page(
        "".join(
            f"<article><h2>How to grow roses, part {n}</h2><p>by {p.name}</p><p>2024-03-{n % 28 + 1:02}</p>"
            f"<p>Order no. {n * 7919 % 899:03}-{n:03}</p></article>"
            for n, p in enumerate(people("fr", 40))
        )
    ),
    "preheader and buttons": page(
        '<div style="display:none;max-height:0">Your order 4711 is on its way &zwnj;&nbsp;&zwnj;&nbsp;</div>'
        '<a style="color:#fff;background:#036">Track order</a>'
    ),
    "award dates": page(
        "".join(f"<div><div>{p.name}</div><div>12.03.2024</div></div>" for p in people("de", 40))
    ),
    "orders": page(
        numbered(
            "<div><div>Order 10{b}</div><div>Garden Chair Victoria</div><div>{n}.90 EUR</div>"
            "<div>shipped 2024-03-12</div></div>"
        )
    ),
    "tickets": page(
        numbered("<div><div>#{b}{n}</div><div>Printer Florence</div><div>to: Jane Roe</div></div>")
    ),
    "serial numbers": page(numbered("<li>Serial number</li><li>400{b}{b}</li>")),
    "towns on a map": script(
        "var c=[" + numbered("{{name:'San Diego {n}',lat:52.{b}{b},people:1{b}{n}}},") + "];"
    ),
    "counting pictures": page(
        numbered('<img src="https://t.example/{n}.gif" alt="" data-uid="{b}{b}" title="Order {b}{b}">')
    ),
    "glossary": page("<dl>" + numbered("<dt>Term {n}</dt><dd>What it means, see {b}.</dd>") + "</dl>"),
    "shop form": page(
        '<form><input type=hidden name=csrf value="a8f7e6d5c4b3a29180"><input name=q value="Desk Lamp">'
        + numbered('<option value="{b}{b}">Town Number {n}</option>')
        + "</form>"
    ),
}
