# Keys to a partner and from one, signed and encrypted.  One half is typed by
# you and the other by the partner; here both work in one folder, which has the
# site in "site" and a copy of samples/keys/plain.csv.
# shellcheck shell=bash disable=SC2016 # site.conf knows $site, not the shell

# Once, the partner: a private key and a certificate.  partner.pem comes to you.
openssl req -x509 -newkey rsa:3072 -nodes -days 730 -subj "/CN=Partner" \
	-keyout partner.key -out partner.pem
# Once, you: the same for the site.  sign.pem goes to the partner.
openssl req -x509 -newkey rsa:3072 -nodes -days 730 -subj "/CN=Site" \
	-keyout sign.key -out sign.pem
# Compare these two fingerprints on the telephone.
openssl x509 -in partner.pem -noout -fingerprint -sha256
openssl x509 -in sign.pem -noout -fingerprint -sha256

# You: fifty new keys.  Without -g, unused keys of the batch; without -n, all
# of them.
amt-export -d site -b lab9 -n 50 -g --to partner.pem \
	--sign sign.pem --key sign.key -o lab9.p7m

# The partner: decrypt, check the signature, unpack, check the digests.
openssl cms -decrypt -binary -inform DER -in lab9.p7m \
	-recip partner.pem -inkey partner.key -out lab9.p7s
openssl cms -verify -binary -inform DER -in lab9.p7s \
	-CAfile sign.pem -out lab9.zip
unzip -q lab9.zip -d lab9
(cd lab9 && jq -r '.files | to_entries[] | .value + "  " + .key' \
	manifest.json | sha256sum -c)

# The other way: the partner signs a list of keys and encrypts it for you.
openssl cms -sign -binary -nodetach -signer partner.pem -inkey partner.key \
	-outform DER -in plain.csv -out oem9.p7s
openssl cms -encrypt -binary -aes-256-gcm -outform DER -in oem9.p7s \
	-out oem9.p7m sign.pem

# Once, you: trust the partner, and name your certificate and key.
cp partner.pem site/certs/partners/
cp sign.pem sign.key site/certs/
echo 'SITE_CERT=$site/certs/sign.pem SITE_KEY=$site/certs/sign.key' >>site/site.conf
# You: import, with a receipt.  oem9.txt, oem9.json and their signatures go
# back to the partner.
amt-import -d site -b oem9 --receipt oem9 oem9.p7m

# The partner: did you write the receipt, and is it about the file that was
# sent?  What was refused, and why?
openssl cms -verify -binary -inform DER -in oem9.txt.p7s \
	-content oem9.txt -CAfile sign.pem -out /dev/null
openssl cms -verify -binary -inform DER -in oem9.json.p7s \
	-content oem9.json -CAfile sign.pem -out /dev/null
jq -r '.files[] | .sha256 + "  " + .name' oem9.json | sha256sum -c
jq -r '.outcome, .counts.new, (.refused[] | .pid + " " + .reason)' oem9.json
