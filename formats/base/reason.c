#include "base/reason.h"

#include "base/likeness.h"
#include "base/text.h"

/*
 * The remedies come from what field technicians did by hand: mains power off
 * and on restarts the hellos, a visit to the MEBx corrects keys and passwords.
 */
static const struct reason table[REASON_COUNT] = {
	[REASON_NONE] = { "", REASON_WAITS, "Nothing is wrong.",
	    "Nothing to do." },
	[REASON_HELLO_NONE] = { "HELLO-NONE", REASON_PERSON,
	    "The machine is expected, but no hello of it has come.",
	    "Plug it into mains and the network. Check that it was "
	    "given its key, that the name ProvisionServer resolves to "
	    "this server, and that port 9971 is open." },
	[REASON_QUEUED] = { "QUEUED", REASON_WAITS,
	    "Its hello has come and it waits for the next sweep.",
	    "Nothing to do; the next amt-sweep takes it." },
	[REASON_RUN_TIME_UP] = { "RUN-TIME-UP", REASON_WAITS,
	    "The sweep's time ended before this machine was finished.",
	    "Nothing to do; the next amt-sweep takes it. If it happens "
	    "every time, give amt-sweep a longer -t or a larger -j." },
	[REASON_RUN_CUT] = { "RUN-CUT", REASON_WAITS,
	    "A sweep was killed while it worked on this machine.",
	    "Nothing to do; the next amt-sweep finds out how far it got." },
	[REASON_UUID_BAD] = { "UUID-BAD", REASON_PERSON,
	    "The machine's UUID is blank or one that many machines share.",
	    "Have a UUID of its own written to the board with the maker's "
	    "tool, then unplug the machine from mains for 15 seconds." },
	[REASON_WINDOW_CLOSED] = { "WINDOW-CLOSED", REASON_PERSON,
	    "The last hello is so old that the machine has stopped listening.",
	    "Unplug it from mains for 15 seconds (a laptop from its "
	    "battery too); it then sends hellos again." },
	[REASON_CERT_NONE] = { "CERT-NONE", REASON_PERSON,
	    "The machine asks for setup with a certificate (hello "
	    "version 3) and this site has none.",
	    "Get a certificate (amt-cert plan says which) and store it with "
	    "amt-cert add, or make your own (amt-cert root). Up to AMT 10, a "
	    "PID and PPS on a stick will do as well (amt-sticks)." },
	[REASON_CERT_DAMAGED] = { "CERT-DAMAGED", REASON_PERSON,
	    "The store cannot decrypt the site's certificate or its key.",
	    "Restore site.db and site.key from one backup, or store the "
	    "certificate again (amt-cert add)." },
	[REASON_CERT_NO_ROOT] = { "CERT-NO-ROOT", REASON_PERSON,
	    "The machine does not know the root of the site's certificate.",
	    "Add a certificate of a CA that the machine knows (amt-cert plan, "
	    "amt-cert add), or put the hash of your own root into the machine "
	    "with a stick (amt-sticks --root)." },
	[REASON_CERT_PURPOSE] = { "CERT-PURPOSE", REASON_PERSON,
	    "The site's certificate is not for the setup of AMT.",
	    "Ask its CA for one with the extended key usages server "
	    "authentication and 2.16.840.1.113741.1.2.3 (amt-cert request)." },
	[REASON_CERT_NAME] = { "CERT-NAME", REASON_PERSON,
	    "The name in the site's certificate does not fit the machine's "
	    "domain.",
	    "Get a certificate with a name in that domain (amt-cert plan), or "
	    "correct the machine's name in the inventory and run amt-map." },
	[REASON_CERT_SHA1] = { "CERT-SHA1", REASON_PERSON,
	    "The machine does not take the hash with which the site's "
	    "certificate, or one above it, is signed.",
	    "Ask the CA for a certificate that is signed with SHA-256 under a "
	    "root that is, too." },
	[REASON_CERT_KEY_SIZE] = { "CERT-KEY-SIZE", REASON_PERSON,
	    "The machine does not take a key of the size that the site's "
	    "certificate, or one above it, has.",
	    "Ask the CA for a certificate with RSA of 2048 bits under a CA "
	    "with as many, 3072 for AMT 22." },
	[REASON_CERT_LONG] = { "CERT-LONG", REASON_PERSON,
	    "The site's certificate has more certificates above it than "
	    "machines take.",
	    "Ask the CA for one with fewer steps to a root that machines "
	    "know, or for smaller keys." },
	[REASON_CERT_EXPIRED] = { "CERT-EXPIRED", REASON_PERSON,
	    "The site's certificate, or one above it, is not valid now.",
	    "Renew it and store the new one (amt-cert add). If its dates are "
	    "right, correct this server's clock." },
	[REASON_KEY_UNKNOWN] = { "KEY-UNKNOWN", REASON_PERSON,
	    "The PID in its hello is not in the store.",
	    "Import the key list with this PID (amt-import); amt-sweep then "
	    "picks it up automatically." },
	[REASON_KEY_USED] = { "KEY-USED", REASON_PERSON,
	    "The PID in its hello has already set up another machine.",
	    "Give this machine a PID and PPS of its own, with a stick "
	    "(amt-sticks) or by hand in its MEBx." },
	[REASON_KEY_REVOKED] = { "KEY-REVOKED", REASON_PERSON,
	    "The PID in its hello was revoked.",
	    "Give this machine another PID and PPS, with a stick "
	    "(amt-sticks) or by hand in its MEBx." },
	[REASON_KEY_SHARED] = { "KEY-SHARED", REASON_PERSON,
	    "Several machines have the same PID and PPS.",
	    "Find them by the addresses in the detail, and give all but one "
	    "of them a PID and PPS of their own, with a stick (amt-sticks) "
	    "or by hand in the MEBx." },
	[REASON_KEY_DAMAGED] = { "KEY-DAMAGED", REASON_PERSON,
	    "The store cannot decrypt the secret of this key or machine.",
	    "Restore site.db and site.key from one backup, or give the "
	    "machine a new key with a stick (amt-sticks)." },
	[REASON_MAP_NONE] = { "MAP-NONE", REASON_PERSON,
	    "The inventory has no name for the machine's UUID.",
	    "Add it to the inventory export and run amt-map; amt-sweep then "
	    "picks it up automatically." },
	[REASON_MAP_AMBIGUOUS] = { "MAP-AMBIGUOUS", REASON_PERSON,
	    "The inventory gives several names for the machine's UUID.",
	    "Correct the inventory and run amt-map, or settle it with amt-map "
	    "--prefer or --set; amt-map --conflicts shows who says what." },
	[REASON_MAP_SHARED] = { "MAP-SHARED", REASON_PERSON,
	    "The inventory gives the machine's name to several UUIDs.",
	    "Correct the inventory and run amt-map, or settle it with amt-map "
	    "--prefer or --set; amt-map --conflicts shows who says what." },
	[REASON_MAP_STALE] = { "MAP-STALE", REASON_PERSON,
	    "What the inventory says of the machine's name is too old.",
	    "Run amt-map with a new export. If it is still right, settle it "
	    "with amt-map --set; MAP_DAYS in site.conf says what is too old." },
	[REASON_PROFILE_NONE] = { "PROFILE-NONE", REASON_PERSON,
	    "No rule in profile.xml fits the machine.",
	    "Add a rule that fits it, or a last one without conditions, and "
	    "see with amt-profile show what it would get; amt-sweep then "
	    "picks it up automatically." },
	[REASON_PROFILE_UNSUPPORTED] = { "PROFILE-UNSUPPORTED", REASON_PERSON,
	    "The machine's release of AMT lacks a setting of its profile, and "
	    "the profile says that such machines are refused.",
	    "Give machines of this release another profile with a rule, take "
	    "the setting out, or write <unsupported>warn</unsupported>. "
	    "amt-profile check --firmware shows what a release lacks." },
	[REASON_HELLO_UNPROVEN] = { "HELLO-UNPROVEN", REASON_PERSON,
	    "A hello says that it comes from this machine, but its sender has "
	    "not proved it with the key.",
	    "Look for the device at this address. If it is the machine, check "
	    "its key and that port 16993 is open; else find out who sends "
	    "such hellos." },
	[REASON_UUID_SHARED] = { "UUID-SHARED", REASON_PERSON,
	    "Two boards prove that they have the same UUID.",
	    "Have another UUID written to one of them with the maker's tool. "
	    "If it is one board that was reset, revoke its old key (amt-import "
	    "--revoke PID), or if it had none, run amt-sweep --again with its "
	    "UUID." },
	[REASON_SETUP_AGAIN] = { "SETUP-AGAIN", REASON_PERSON,
	    "A machine that is set up asks for setup with a certificate, and "
	    "nothing proves that it is the same machine.",
	    "If somebody has reset it, run amt-sweep --again with its UUID: "
	    "that sets it up anew. If not, find out which device says so." },
	[REASON_PROPS_MISSING] = { "PROPS-MISSING", REASON_PERSON,
	    "The program that site.conf names to ask for a machine's "
	    "name cannot be started.",
	    "Check the path and the mode of the file that PROPS in site.conf "
	    "names; the machine is asked for again within the hour." },
	[REASON_PROPS_EXIT] = { "PROPS-EXIT", REASON_PERSON,
	    "The site's own program ended with an error when it was "
	    "asked for the machine's name.",
	    "Run the program by hand (man props-run shows how) and mend "
	    "it; the machine is asked for again within the hour." },
	[REASON_PROPS_TIMEOUT] = { "PROPS-TIMEOUT", REASON_PERSON,
	    "The site's own program did not answer in time when it was "
	    "asked for the machine's name.",
	    "Make the program faster, or raise PROPS_SECONDS in "
	    "site.conf and SWEEP_SECONDS with it." },
	[REASON_PROPS_LONG] = { "PROPS-LONG", REASON_PERSON,
	    "The site's own program answered more than an answer can be.",
	    "Let the program print nothing but its answer to standard "
	    "output (man 5 props)." },
	[REASON_PROPS_ANSWER] = { "PROPS-ANSWER", REASON_PERSON,
	    "The site's own program gave an answer that cannot be read, or a "
	    "name that no machine can have.",
	    "Let the program print lines of key=value as in man 5 props; "
	    "the machine is asked for again within the hour." },
	[REASON_PROPS_KEY] = { "PROPS-KEY", REASON_PERSON,
	    "The site's own program answered with a key that amtbatch does "
	    "not know.",
	    "Let the program print only the keys in man 5 props." },
	[REASON_PROPS_OU] = { "PROPS-OU", REASON_PERSON,
	    "The site's own program answered with a place in a directory that "
	    "is longer than 255 bytes.",
	    "Let the program shorten ou or leave it out; the machine is asked "
	    "for again within the hour." },
	[REASON_PROPS_PROFILE] = { "PROPS-PROFILE", REASON_PERSON,
	    "The site's own program chooses a profile that the site does "
	    "not have.",
	    "Let the program leave profile out, or answer the name of one in "
	    "profile.xml." },
	[REASON_PROPS_NO_NAME] = { "PROPS-NO-NAME", REASON_PERSON,
	    "Neither the inventory nor the site's own program has a name "
	    "for the machine's UUID.",
	    "Add the machine to the inventory export and run amt-map, or to "
	    "what the program looks in; amt-sweep then picks it up "
	    "automatically." },
	[REASON_AUTH_NO_PASSWORD] = { "AUTH-NO-PASSWORD", REASON_PERSON,
	    "The machine's password was changed and the store has none to try.",
	    "Import the key list with its password columns (amt-import)." },
	[REASON_CONNECT_REFUSED] = { "CONNECT-REFUSED", REASON_RETRIES,
	    "The machine's address refuses connections to the setup port.",
	    "Retried automatically. If it stays, the address belongs to "
	    "another machine by now or setup was ended in the MEBx: unplug "
	    "the machine from mains for 15 seconds." },
	[REASON_CONNECT_TIMEOUT] = { "CONNECT-TIMEOUT", REASON_RETRIES,
	    "Nothing answers at the machine's address.",
	    "Retried automatically. If it stays, check that the machine is "
	    "plugged in and that no firewall between it and this server "
	    "closes port 16993." },
	[REASON_CONNECT_NO_ROUTE] = { "CONNECT-NO-ROUTE", REASON_RETRIES,
	    "This server has no route to the machine's address.",
	    "Retried automatically. If it stays, add the route, or run the "
	    "sweep on a server that has it." },
	[REASON_TLS_KEY_REFUSED] = { "TLS-KEY-REFUSED", REASON_PERSON,
	    "The machine does not accept the PPS that the store has for "
	    "its PID.",
	    "Compare the key list with the label or MEBx of the machine, or "
	    "give it a new PID and PPS with a stick (amt-sticks)." },
	[REASON_TLS_FAILED] = { "TLS-FAILED", REASON_RETRIES,
	    "The machine and the sweep have no TLS version and cipher "
	    "in common.",
	    "Retried automatically. If it stays, check that the address "
	    "belongs to an AMT machine in setup mode." },
	[REASON_TLS_CLOSED] = { "TLS-CLOSED", REASON_RETRIES,
	    "The machine closes the connection during the TLS handshake.",
	    "Retried automatically. If it stays, unplug the machine from "
	    "mains for 15 seconds." },
	[REASON_TLS_TIMEOUT] = { "TLS-TIMEOUT", REASON_RETRIES,
	    "The machine accepts the connection and then says nothing.",
	    "Retried automatically. If it stays, unplug the machine from "
	    "mains for 15 seconds." },
	[REASON_CERT_REFUSED] = { "CERT-REFUSED", REASON_PERSON,
	    "The machine refuses the provisioning certificate.",
	    "Check that its name fits the machine's DNS suffix, that its root "
	    "is enabled in the machine and not only a cross-signed twin of "
	    "it, and that it has Intel's OID or OU (amt-cert check)." },
	[REASON_CERT_NOT_ASKED] = { "CERT-NOT-ASKED", REASON_PERSON,
	    "The device at the machine's address does not ask for a "
	    "certificate, as a machine in setup does; nothing was sent to it.",
	    "Check that the address belongs to the machine. If it does, "
	    "somebody else has set it up: unconfigure it in its MEBx." },
	[REASON_DEVICE_NOT_GENUINE] = { "DEVICE-NOT-GENUINE", REASON_PERSON,
	    "The device at the machine's address has no certificate of "
	    "Intel's on-die roots, which DEVICE_CERTIFICATE in site.conf "
	    "demands; nothing was sent to it.",
	    "Find out which device it is. If it is a machine with firmware "
	    "before AMT 15, which has no such certificate, set "
	    "DEVICE_CERTIFICATE=record." },
	[REASON_TLS_DOWNGRADED] = { "TLS-DOWNGRADED", REASON_PERSON,
	    "The device at the machine's address speaks an older version of "
	    "TLS than its firmware release does; no password was sent to it.",
	    "Find out which device answers at this address, and what lies "
	    "between it and this server." },
	[REASON_HTTP_CLOSED] = { "HTTP-CLOSED", REASON_RETRIES,
	    "The machine closes the connection instead of answering.",
	    "Retried automatically. If it stays, unplug the machine from "
	    "mains for 15 seconds." },
	[REASON_HTTP_TIMEOUT] = { "HTTP-TIMEOUT", REASON_RETRIES,
	    "The machine does not answer a request in time.",
	    "Retried automatically. If it stays, unplug the machine from "
	    "mains for 15 seconds." },
	[REASON_HTTP_STATUS] = { "HTTP-STATUS", REASON_RETRIES,
	    "The machine answers with an HTTP status and no WS-Man message.",
	    "Retried automatically. If it stays, check that the address "
	    "belongs to an AMT machine." },
	[REASON_PEER_FLOODS] = { "PEER-FLOODS", REASON_RETRIES,
	    "The device at the machine's address sends data without end.",
	    "Retried automatically. If it stays, find out which device it is; "
	    "no AMT machine does this." },
	[REASON_REALM_CHANGED] = { "REALM-CHANGED", REASON_RETRIES,
	    "The port of a machine that is set up asks for another digest "
	    "realm than the machine's own; no password was sent.",
	    "Retried automatically. If it stays, the machine was unconfigured "
	    "or another one has its address: unplug the expected one from "
	    "mains for 15 seconds, so that it announces itself." },
	[REASON_REALM_UNKNOWN] = { "REALM-UNKNOWN", REASON_PERSON,
	    "The machine was set up before digest realms were recorded, so "
	    "nothing shows that it is the machine which answers; no password "
	    "is sent to it.",
	    "Leave it as it is, or unconfigure it in its MEBx and let it start "
	    "over: it is kept in order from then on." },
	[REASON_LEAF_CHANGED] = { "LEAF-CHANGED", REASON_RETRIES,
	    "Port 16993 shows another certificate than the machine's own; no "
	    "password was sent.",
	    "Retried automatically. If it stays, the certificate was replaced "
	    "elsewhere or another device answers: find out which one has this "
	    "address." },
	[REASON_CONSOLE_NONE] = { "CONSOLE-NONE", REASON_PERSON,
	    "The machine is to ask for a console's certificate, or does, and "
	    "the site has none that can be read.",
	    "Make one (amt-cert console make), or restore site.db and site.key "
	    "from one backup." },
	[REASON_CONSOLE_REFUSED] = { "CONSOLE-REFUSED", REASON_PERSON,
	    "The machine refuses the console's certificate, or would refuse "
	    "it: it does not have its root, expects another name, or the "
	    "certificate has ended.",
	    "Check that its root is a trusted-root of the profile and its name "
	    "fits tls-names (amt-check). If the machine took another one, go "
	    "back to it (amt-cert console back); else see tls-fallback, "
	    "profile(5)." },
	[REASON_REPLY_BAD] = { "REPLY-BAD", REASON_RETRIES,
	    "The machine's reply is not the WS-Man message it should be.",
	    "Retried automatically. If it stays, update the machine's "
	    "firmware." },
	[REASON_NONCE_STALE] = { "NONCE-STALE", REASON_RETRIES,
	    "The machine says that every login is out of date, whichever "
	    "password is used.",
	    "Retried automatically. If it stays, unplug the machine from "
	    "mains for 15 seconds." },
	[REASON_LOGIN_REFUSED] = { "LOGIN-REFUSED", REASON_RETRIES,
	    "The machine refuses the passwords that the store knows for it, "
	    "as it may while its account is locked for a time.",
	    "Retried automatically three times; then the reason is "
	    "AUTH-REFUSED." },
	[REASON_AUTH_REFUSED] = { "AUTH-REFUSED", REASON_PERSON,
	    "The machine refuses every password that the store knows "
	    "for it, and did so in several runs.",
	    "Import the key list with the right password (amt-import), "
	    "or reset the MEBx to its default and unplug the machine "
	    "from mains for 15 seconds." },
	[REASON_UUID_MISMATCH] = { "UUID-MISMATCH", REASON_PERSON,
	    "Another machine answers at this address than the one that "
	    "sent the hello.",
	    "Unplug the expected machine from mains for 15 seconds, so "
	    "that it announces its present address." },
	[REASON_STATE_UNEXPECTED] = { "STATE-UNEXPECTED", REASON_PERSON,
	    "The machine is not in setup mode.",
	    "Unconfigure it in its MEBx and let it start over." },
	[REASON_ALREADY_SET_UP] = { "ALREADY-SET-UP", REASON_PERSON,
	    "The machine is already set up, but not as this site planned it.",
	    "Find out who set it up. If it belongs to this site, "
	    "unconfigure it in its MEBx." },
	[REASON_VERSION_UNSUPPORTED] = { "VERSION-UNSUPPORTED", REASON_PERSON,
	    "The machine's firmware does not speak WS-Man (AMT before 3.2).",
	    "Update its firmware to AMT 3.2 or later, or set it up by hand." },
	[REASON_SOAP_FAULT] = { "SOAP-FAULT", REASON_RETRIES,
	    "The machine answers a request with a fault, named in the detail.",
	    "Retried automatically. If it stays, update the machine's "
	    "firmware." },
	[REASON_RETURN_CODE] = { "RETURN-CODE", REASON_RETRIES,
	    "The machine answers a request with an error code, named in "
	    "the detail.",
	    "Retried automatically. If it stays, unconfigure the machine in "
	    "its MEBx and let it start over." },
	[REASON_NOT_READY] = { "NOT-READY", REASON_RETRIES,
	    "The machine is still making its keys or gathering randomness.",
	    "Retried automatically; old machines take minutes." },
	[REASON_FLASH_LIMIT] = { "FLASH-LIMIT", REASON_RETRIES,
	    "The machine's flash memory was written too often in a short time.",
	    "Retried automatically; leave the machine on and wait an hour." },
	[REASON_OTP_WRONG] = { "OTP-WRONG", REASON_PERSON,
	    "The machine does not have the one-time password that the profile "
	    "asks for; nothing was set on it.",
	    "Have the agent on the machine set it again, or correct "
	    "one-time-password in profile.xml or leave it out." },
	[REASON_DOMAIN_OUTSIDE] = { "DOMAIN-OUTSIDE", REASON_PERSON,
	    "The machine's domain is in none of the profile's "
	    "environment-domains, which would cut it off; nothing was set on "
	    "it.",
	    "Add its domain to environment-domains in profile.xml, or give the "
	    "profile an mps that its tunnels go to." },
	[REASON_MEBX_REFUSED] = { "MEBX-REFUSED", REASON_PERSON,
	    "The machine refuses the MEBx password that was planned for it.",
	    "Let the profile have another one: 8 to 32 characters, among them "
	    "a capital and a small letter, a digit and a special character." },
	[REASON_COMMIT_REFUSED] = { "COMMIT-REFUSED", REASON_RETRIES,
	    "The machine says that something is missing before it can leave "
	    "setup mode.",
	    "Retried automatically. If it stays, unconfigure the machine in "
	    "its MEBx and let it start over." },
	[REASON_VERIFY_UNREACHED] = { "VERIFY-UNREACHED", REASON_RETRIES,
	    "The machine took its setup but was not seen again afterwards.",
	    "Retried automatically. If it stays, check port 16992 of the "
	    "machine from this server." },
	[REASON_VERIFY_FAILED] = { "VERIFY-FAILED", REASON_RETRIES,
	    "The machine took its setup but shows another state or name "
	    "than it was given.",
	    "Retried automatically. If it stays, unconfigure the machine in "
	    "its MEBx and let it start over." },
	[REASON_SIGNER_MISSING] = { "SIGNER-MISSING", REASON_PERSON,
	    "The profile wants a certificate for the machine, and there is "
	    "nobody to issue it: the site has no CA, or the signer program "
	    "cannot be started.",
	    "Make a CA with amt-cert ca make, or check the path and the mode of "
	    "the program that SIGNER in site.conf names." },
	[REASON_SIGNER_REFUSED] = { "SIGNER-REFUSED", REASON_PERSON,
	    "The signer program ended with an error when it was given the "
	    "machine's certificate request; the machine keeps what it has.",
	    "Run the program by hand with a request (man sign-run shows how) "
	    "and correct it, or ask the CA why it refuses." },
	[REASON_SIGNER_TIMEOUT] = { "SIGNER-TIMEOUT", REASON_RETRIES,
	    "The signer program did not answer in time; the machine keeps what "
	    "it has.",
	    "Retried automatically. If it stays, make the program faster, or "
	    "raise SIGNER_SECONDS in site.conf." },
	[REASON_SIGNER_ANSWER] = { "SIGNER-ANSWER", REASON_PERSON,
	    "The signer program did not answer with a server certificate and "
	    "those above it; the machine keeps what it has.",
	    "Let the program print the machine's certificate first, then each "
	    "one that has signed the one before it, and nothing else." },
	[REASON_SIGNER_OTHER_KEY] = { "SIGNER-OTHER-KEY", REASON_PERSON,
	    "The signer program answered with a certificate for another key "
	    "than the machine's; nothing of it was sent to the machine.",
	    "Let the program answer each request with the certificate of that "
	    "request." },
	[REASON_SIGNER_OTHER_NAME] = { "SIGNER-OTHER-NAME", REASON_PERSON,
	    "The signer program answered with a certificate that is not for the "
	    "machine's name; nothing of it was sent to the machine.",
	    "Let the CA keep the names of the request (subjectAltName), or give "
	    "it a template that takes them from the request." },
	[REASON_SIGNER_PERIOD] = { "SIGNER-PERIOD", REASON_PERSON,
	    "The signer program answered with a certificate that is not valid "
	    "yet, or ends within 38 days; nothing of it was sent to the "
	    "machine.",
	    "Let the CA issue certificates that are valid for longer than 38 "
	    "days, and check the clocks of this server and of the CA." },
	[REASON_REQUEST_BAD] = { "REQUEST-BAD", REASON_RETRIES,
	    "The machine was asked to sign a certificate request and answered "
	    "with another one.",
	    "Retried automatically. If it stays, update the firmware of the "
	    "machine." },
	[REASON_DRIFT] = { "DRIFT", REASON_RETRIES,
	    "The machine has settings that differ from its profile; amt-report "
	    "--drift lists them.",
	    "Retried automatically: the next amt-sweep without --check puts "
	    "them right. If it stays, the machine refuses the values: change "
	    "them in profile.xml." },
	[REASON_UNPROVISION_BLOCKED] = { "UNPROVISION-BLOCKED", REASON_PERSON,
	    "The machine's audit log forbids to unconfigure it.",
	    "Have the auditor of the machine remove the lock of its audit "
	    "log, then run amt-unprovision again." },
	[REASON_MAP_CHANGED] = { "MAP-CHANGED", REASON_PERSON,
	    "The machine is set up, and the inventory has another name for "
	    "it by now.",
	    "Rename it in your console, or unconfigure it in its MEBx and let "
	    "it start over; if its name is right, correct the inventory or "
	    "use amt-map --set." },
	[REASON_UNPROVISIONED] = { "UNPROVISIONED", REASON_WAITS,
	    "The machine was unprovisioned in full: it has no key, settings or "
	    "password of this site any more.",
	    "Nothing to do. To set it up again, give it a new key with a stick "
	    "(amt-sticks), or let it ask for a certificate and run amt-sweep "
	    "--again." },
	[REASON_UNPROVISIONED_PARTLY] = { "UNPROVISIONED-PARTLY", REASON_WAITS,
	    "The machine was unprovisioned, but for its password, its names "
	    "and its key, with which it asks for setup again.",
	    "Nothing to do: its hello brings it back unless its key is revoked "
	    "(one without a key needs amt-sweep --again). To keep it out, "
	    "revoke its key: amt-import --revoke PID." },
};

const struct reason *
reason_get(enum reason_id id)
{
	return &table[id];
}

enum reason_id
reason_find(const char *code)
{
	for (int id = REASON_NONE; id < REASON_COUNT; id++)
		if (text_same(table[id].code, code))
			return (enum reason_id)id;
	/* its name until there were certificates: in stores of that time */
	if (text_same("AUTH-PKI-NOT-CONFIGURED", code))
		return REASON_CERT_NONE;
	return REASON_COUNT;
}

enum reason_id
reason_nearest(const char *code)
{
	size_t best = likeness_limit(code);
	enum reason_id nearest = REASON_COUNT;

	if (best == 0)
		return REASON_COUNT;
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++) {
		size_t far = likeness_distance(code, table[id].code);

		if (far < best) {
			best = far;
			nearest = (enum reason_id)id;
		}
	}
	return nearest;
}
