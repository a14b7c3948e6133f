#!/bin/sh
# Makes the archives in this folder: bsdtar, gcab, genisoimage, jlha, lz4, zip, zstd, each with the same 40 German customers.
# Run here, with tests/ in PYTHONPATH.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -c '
import sys
from rig.files.archives import customers
sys.stdout.buffer.write(customers(40, "de"))' >"$work/Kunden März.csv"
printf 'not a list\n' >"$work/read@me.example"
here=$PWD
cd "$work"
for format in xar newc odc 7zip iso9660 zip pax gnutar ustar; do
    bsdtar -cf "$here/customers.$format" --format "$format" ./*.csv ./*.example
done
gzip -9nf "$here/customers.iso9660"
bsdtar -cZf "$here/customers.tar.Z" ./*.csv
bsdtar --lzip -cf "$here/customers.tar.lz" ./*.csv
gcab -c -z "$here/customers.cab" ./*.csv ./*.example
genisoimage -quiet -J -joliet-long -no-pad -o joliet.iso ./*.csv ./*.example
gzip -9nc joliet.iso >"$here/joliet.iso.gz"
genisoimage -quiet -r -no-pad -o rock.iso ./*.csv ./*.example
gzip -9nc rock.iso >"$here/rock.iso.gz"
bsdtar -cf "$here/sealed-aes.zip" --format zip --options zip:encryption=aes256 --passphrase secret ./*.csv
rm -f "$here/sealed-old.zip"
zip -q -9 -P secret "$here/sealed-old.zip" ./*.csv
cp ./*.csv kunden.csv
rm -f "$here/customers.lzh"
jlha a "$here/customers.lzh" kunden.csv >/dev/null
zstd -q -19 -f -o "$here/customers.csv.zst" kunden.csv
lz4 -q -9 -f kunden.csv "$here/customers.csv.lz4"
