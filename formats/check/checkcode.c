#include "check/checkcode.h"

#include <string.h>

#include "base/likeness.h"
#include "base/text.h"

static const struct checkcode table[CHECKCODE_COUNT] = {
	[CHECKCODE_SITE_NONE] = { "SITE-NONE", CHECK_SITE, CHECKGRADE_FAIL,
	    "There is no site in this folder.",
	    "Name the site's folder with -d or AMT_SITE, or make a site with "
	    "amt-init." },
	[CHECKCODE_SITE_DENIED] = { "SITE-DENIED", CHECK_SITE, CHECKGRADE_FAIL,
	    "The site cannot be looked at by the user who runs the check.",
	    "Run amt-check as the owner of the site, or as root." },
	[CHECKCODE_SITE_OPEN] = { "SITE-OPEN", CHECK_SITE, CHECKGRADE_FAIL,
	    "Everybody may put files into the site's folder, and so take its "
	    "files away; no command works on it.",
	    "Take that right away: chmod o-w on the site's folder." },
	[CHECKCODE_SITE_OWNER] = { "SITE-OWNER", CHECK_SITE, CHECKGRADE_FAIL,
	    "A file of the site belongs to another user than the site, who "
	    "may be unable to use it.",
	    "Give it to the site's owner with chown; run commands as that "
	    "user or as root." },
	[CHECKCODE_SITE_MODE] = { "SITE-MODE", CHECK_SITE, CHECKGRADE_FAIL,
	    "Others may read or write a file of the site that is not for "
	    "them.",
	    "Take that right away with chmod, as the finding says." },
	[CHECKCODE_REHEARSAL_LEFT] = { "REHEARSAL-LEFT", CHECK_SITE,
	    CHECKGRADE_WARN,
	    "A rehearsal that was killed has left its folder, in which is a "
	    "copy of the store and of its key.",
	    "Run amt-sweep --rehearse again, which removes it, or remove that "
	    "folder." },
	[CHECKCODE_CONF_MISSING] = { "CONF-MISSING", CHECK_CONF,
	    CHECKGRADE_FAIL, "The site's settings, site.conf, are missing.",
	    "Put the file back from a backup, or make the usual one with "
	    "amt-init --missing." },
	[CHECKCODE_CONF_REFUSED] = { "CONF-REFUSED", CHECK_CONF,
	    CHECKGRADE_FAIL,
	    "The site's settings, site.conf, cannot be opened.",
	    "Make it a file of the site's owner that others cannot write, not "
	    "a link." },
	[CHECKCODE_CONF_INVALID] = { "CONF-INVALID", CHECK_CONF,
	    CHECKGRADE_FAIL,
	    "A line of site.conf is wrong, so no command works on the site.",
	    "Correct the line that the finding names; site(5) has every "
	    "setting." },
	[CHECKCODE_PROFILE_MISSING] = { "PROFILE-MISSING", CHECK_PROFILE,
	    CHECKGRADE_FAIL,
	    "The site's profile.xml is missing, so no machine can be set up.",
	    "Put the file back from a backup, or make the usual one with "
	    "amt-init --missing." },
	[CHECKCODE_PROFILE_REFUSED] = { "PROFILE-REFUSED", CHECK_PROFILE,
	    CHECKGRADE_FAIL, "The site's profile.xml cannot be opened.",
	    "Make it a file of the site's owner that others cannot write, not "
	    "a link." },
	[CHECKCODE_PROFILE_INVALID] = { "PROFILE-INVALID", CHECK_PROFILE,
	    CHECKGRADE_FAIL,
	    "The site's profile.xml is no profile, so no machine can be set "
	    "up.",
	    "Correct the line that the finding names; profile(5) describes "
	    "every element." },
	[CHECKCODE_CA_NONE] = { "CA-NONE", CHECK_PROFILE, CHECKGRADE_FAIL,
	    "A profile has <certificate>local</certificate>, and the site has "
	    "no CA to issue it.",
	    "Make one with amt-cert ca make, or store that of your company "
	    "with amt-cert ca add." },
	[CHECKCODE_SIGNER_NONE] = { "SIGNER-NONE", CHECK_PROFILE,
	    CHECKGRADE_FAIL,
	    "A profile has <certificate>signer</certificate>, and site.conf "
	    "names no program that issues it.",
	    "Name the program with SIGNER in site.conf (man sign-run)." },
	[CHECKCODE_SIGNER_UNUSABLE] = { "SIGNER-UNUSABLE", CHECK_PROFILE,
	    CHECKGRADE_FAIL,
	    "A profile has <certificate>signer</certificate>, and the program "
	    "that site.conf names cannot be run.",
	    "Correct the path in SIGNER in site.conf, or the file's mode "
	    "(chmod +x)." },
	[CHECKCODE_DISK_FULL] = { "DISK-FULL", CHECK_DISK, CHECKGRADE_FAIL,
	    "The file system of the site has no room left to work.",
	    "Make room, or move the site to a larger file system." },
	[CHECKCODE_DISK_LOW] = { "DISK-LOW", CHECK_DISK, CHECKGRADE_WARN,
	    "The file system of the site has little room left.",
	    "Make room before it is full: a new version of amtbatch and a "
	    "backup need as much as the store has." },
	[CHECKCODE_CLOCK_UNSYNCED] = { "CLOCK-UNSYNCED", CHECK_CLOCK,
	    CHECKGRADE_WARN,
	    "Nothing keeps this server's clock right; machines get their time "
	    "from it, and certificates are judged by it.",
	    "Run a time service, such as systemd-timesyncd or chrony." },
	[CHECKCODE_KEY_FILE_MISSING] = { "KEY-FILE-MISSING", CHECK_KEY_FILE,
	    CHECKGRADE_FAIL,
	    "The site's key file, site.key, is missing; without it no PPS and "
	    "no password of this site can be read.",
	    "Put it back from its backup." },
	[CHECKCODE_KEY_FILE_REFUSED] = { "KEY-FILE-REFUSED", CHECK_KEY_FILE,
	    CHECKGRADE_FAIL, "The site's key file, site.key, cannot be used.",
	    "Put it back from its backup, as a file of 32 bytes that belongs "
	    "to the site's owner." },
	[CHECKCODE_KEY_FILE_OPEN] = { "KEY-FILE-OPEN", CHECK_KEY_FILE,
	    CHECKGRADE_FAIL,
	    "Others than its owner may use the site's key file; no command "
	    "works on the site.",
	    "Run chmod 600 on site.key, and find out who could read it." },
	[CHECKCODE_KEY_FILE_OTHER] = { "KEY-FILE-OTHER", CHECK_KEY_FILE,
	    CHECKGRADE_FAIL, "The key file is that of another site.",
	    "Put back the site.key that was made together with this site.db." },
	[CHECKCODE_KEY_COPY_NONE] = { "KEY-COPY-NONE", CHECK_KEY_FILE,
	    CHECKGRADE_WARN,
	    "The site's key file was never copied with amt-backup, and without "
	    "it every password of the site is lost with this disk.",
	    "Copy it once with amt-backup --key to a place of its own, apart "
	    "from the backups of the store." },
	[CHECKCODE_STORE_MISSING] = { "STORE-MISSING", CHECK_STORE,
	    CHECKGRADE_FAIL,
	    "The folder has files of a site, and its store, site.db, is "
	    "missing.",
	    "Put site.db back from a backup." },
	[CHECKCODE_STORE_REFUSED] = { "STORE-REFUSED", CHECK_STORE,
	    CHECKGRADE_FAIL,
	    "The site's store cannot be opened, read or written.",
	    "Make site.db, and what lies beside it, files of the site's owner "
	    "on a disk that can be written." },
	[CHECKCODE_STORE_LOCKED] = { "STORE-LOCKED", CHECK_STORE,
	    CHECKGRADE_WARN,
	    "Another program has had the store for so long that the check "
	    "could not look into it.",
	    "Run amt-check again; if it stays, look for a program that holds "
	    "site.db (fuser)." },
	[CHECKCODE_STORE_DAMAGED] = { "STORE-DAMAGED", CHECK_STORE,
	    CHECKGRADE_FAIL, "The file of the site's store is damaged.",
	    "Put site.db back from a backup, without the site.db-wal and "
	    "site.db-shm of the damaged one." },
	[CHECKCODE_STORE_FOREIGN] = { "STORE-FOREIGN", CHECK_STORE,
	    CHECKGRADE_FAIL,
	    "The file site.db is a database, and no store of a site.",
	    "Put site.db back from a backup, or name the right folder." },
	[CHECKCODE_STORE_NEWER] = { "STORE-NEWER", CHECK_STORE, CHECKGRADE_FAIL,
	    "The store was made by a newer version of amtbatch.",
	    "Install that version here." },
	[CHECKCODE_STORE_OLDER] = { "STORE-OLDER", CHECK_STORE, CHECKGRADE_WARN,
	    "The store was made by an older version of amtbatch; the next "
	    "command makes it a store of this version, and what is in it was "
	    "not looked at.",
	    "Back up the site, then run amt-report and amt-check again." },
	[CHECKCODE_LISTENER_NONE] = { "LISTENER-NONE", CHECK_LISTENER,
	    CHECKGRADE_WARN,
	    "No listener has ever run for this site, so no machine can "
	    "announce itself.",
	    "Start amt-hello, or its systemd unit, and leave it running." },
	[CHECKCODE_LISTENER_ENDED] = { "LISTENER-ENDED", CHECK_LISTENER,
	    CHECKGRADE_FAIL,
	    "The listener was ended, so no machine can announce itself.",
	    "Start amt-hello, or its systemd unit, and leave it running." },
	[CHECKCODE_LISTENER_SILENT] = { "LISTENER-SILENT", CHECK_LISTENER,
	    CHECKGRADE_FAIL,
	    "The listener has given no sign of life: it was killed, or it "
	    "hangs.",
	    "Start amt-hello again, and look for why it ended in the log of "
	    "its unit." },
	[CHECKCODE_LISTENER_TROUBLE] = { "LISTENER-TROUBLE", CHECK_LISTENER,
	    CHECKGRADE_FAIL,
	    "The listener runs, and says that something is wrong.",
	    "Mend what it says; it goes on automatically." },
	[CHECKCODE_SPOOL_WAITING] = { "SPOOL-WAITING", CHECK_SPOOL,
	    CHECKGRADE_WARN,
	    "Hellos wait in the spool and do not get into the store.",
	    "Look for why amt-hello cannot load them; the next amt-sweep "
	    "loads them too." },
	[CHECKCODE_PORT_CLOSED] = { "PORT-CLOSED", CHECK_PORT, CHECKGRADE_FAIL,
	    "Nobody takes connections where LISTEN in site.conf says.",
	    "Start amt-hello; if it runs, compare LISTEN with the options and "
	    "the socket unit that it was started with." },
	[CHECKCODE_KEYS_NONE] = { "KEYS-NONE", CHECK_KEYS, CHECKGRADE_WARN,
	    "The store has neither a key nor a certificate, so no machine can "
	    "be set up.",
	    "Import the key list of your OEM (amt-import), make keys for "
	    "sticks (amt-sticks -g), or add a certificate (amt-cert)." },
	[CHECKCODE_KEYS_SHORT] = { "KEYS-SHORT", CHECK_KEYS, CHECKGRADE_WARN,
	    "More machines are expected than there are keys left for them, and "
	    "there is no certificate.",
	    "Import the key lists that are missing (amt-import), or make keys "
	    "for sticks (amt-sticks -g)." },
	[CHECKCODE_SITE_CERT_NONE] = { "SITE-CERT-NONE", CHECK_CERT,
	    CHECKGRADE_WARN,
	    "Machines ask for setup with a certificate, and the site has "
	    "none.",
	    "See which one to buy (amt-cert plan) and ask a CA for it (amt-cert "
	    "request), add the one that you have or that the CA sent (amt-cert "
	    "add), or make your own root (amt-cert root)." },
	[CHECKCODE_SITE_CERT_DAMAGED] = { "SITE-CERT-DAMAGED", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "A certificate of the store, or its private key, is damaged.",
	    "Add it again from its file (amt-cert add), or put the site back "
	    "from a backup." },
	[CHECKCODE_SITE_CERT_ENDED] = { "SITE-CERT-ENDED", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "A certificate of the store is not valid today, and no machine is "
	    "set up with it.",
	    "Renew it, and add the new one (amt-cert add); if it is not valid "
	    "yet, compare the server's clock." },
	[CHECKCODE_SITE_CERT_ENDING] = { "SITE-CERT-ENDING", CHECK_CERT,
	    CHECKGRADE_WARN, "A certificate of the store ends soon.",
	    "Renew it now, and add the new one (amt-cert add)." },
	[CHECKCODE_SITE_CERT_REFUSED] = { "SITE-CERT-REFUSED", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "Machines will not take a certificate of the store.",
	    "Do what amt-cert check says of its file, and add a better one "
	    "(amt-cert add)." },
	[CHECKCODE_SITE_CERT_DOMAIN] = { "SITE-CERT-DOMAIN", CHECK_CERT,
	    CHECKGRADE_WARN,
	    "The name of a certificate of the store fits no domain of the "
	    "map, so no machine of it can be set up with that one.",
	    "See which name fits (amt-cert plan) and get a certificate with"
	    " it, or correct the names in the inventory and run amt-map." },
	[CHECKCODE_CONSOLE_CERT_NONE] = { "CONSOLE-CERT-NONE", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "A profile has <tls>mutual</tls>, and the site has no "
	    "certificate of a console that can be read.",
	    "Make one (amt-cert console make), or restore site.db and "
	    "site.key from one backup; until then machines are set up "
	    "with server TLS." },
	[CHECKCODE_CONSOLE_CERT_ENDED] = { "CONSOLE-CERT-ENDED", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "The console's certificate is not valid today, and machines"
	    " with mutual TLS let nobody in with it.",
	    "Make a new one with amt-cert console make --new; if it is "
	    "not valid yet, compare the server's clock." },
	[CHECKCODE_CONSOLE_CERT_ENDING] = { "CONSOLE-CERT-ENDING", CHECK_CERT,
	    CHECKGRADE_WARN,
	    "The console's certificate, which machines with mutual TLS "
	    "ask for, ends soon.",
	    "Make a new one now with amt-cert console make --new." },
	[CHECKCODE_CONSOLE_CERT_NAME] = { "CONSOLE-CERT-NAME", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "The name of the console's certificate fits no tls-names of"
	    " a profile that has <tls>mutual</tls>.",
	    "Add its name or domain to <tls-names>, or make a "
	    "certificate with another name (amt-cert console make "
	    "--new)." },
	[CHECKCODE_CONSOLE_CERT_ROOT] = { "CONSOLE-CERT-ROOT", CHECK_CERT,
	    CHECKGRADE_FAIL,
	    "A profile has <tls>mutual</tls>, and no good path leads from the "
	    "console's certificate to a trusted-root of it.",
	    "Add the root of the console's certificate (amt-cert "
	    "console show) to the profile as a <trusted-root>; where "
	    "something is wrong with the path, have it issued anew." },
	[CHECKCODE_MAP_EMPTY] = { "MAP-EMPTY", CHECK_MAP, CHECKGRADE_WARN,
	    "The map is empty, so no machine can get a name.",
	    "Read an export of your inventory with amt-map." },
	[CHECKCODE_MAP_CONFLICTS] = { "MAP-CONFLICTS", CHECK_MAP,
	    CHECKGRADE_WARN,
	    "The map contradicts itself; machines concerned are held back.",
	    "See amt-map --conflicts; correct the inventory and run amt-map, "
	    "or settle them with --prefer or --set." },
	[CHECKCODE_SWEEP_LATE] = { "SWEEP-LATE", CHECK_SWEEP, CHECKGRADE_FAIL,
	    "Machines have waited for a sweep for over an hour.",
	    "Check that cron or the systemd timer runs amt-sweep, and what it "
	    "says; if it runs, give it more time (-t) or more at once (-j)." },
	[CHECKCODE_DNS_UNASKED] = { "DNS-UNASKED", CHECK_DNS, CHECKGRADE_WARN,
	    "DNS could not be asked for ProvisionServer: this server names no "
	    "name server, or time was up.",
	    "Name the machines' name server with --server, or give the check "
	    "more time (-t)." },
	[CHECKCODE_DNS_SILENT] = { "DNS-SILENT", CHECK_DNS, CHECKGRADE_FAIL,
	    "The name server gives no answer for ProvisionServer in a "
	    "domain of the map or of DHCP.",
	    "Check that the name server runs and is reached from here; name"
	    " the one that machines ask with --server." },
	[CHECKCODE_DNS_NONE] = { "DNS-NONE", CHECK_DNS, CHECKGRADE_FAIL,
	    "ProvisionServer does not exist in a domain of the map or of "
	    "DHCP, so machines there do not find this server.",
	    "Add ProvisionServer to that DNS zone, as an alias of this "
	    "server or with its address." },
	[CHECKCODE_DNS_OTHER] = { "DNS-OTHER", CHECK_DNS, CHECKGRADE_FAIL,
	    "ProvisionServer of a domain of the map or of DHCP leads to an "
	    "address where this server does not listen.",
	    "Correct the record, or LISTEN in site.conf, so that they "
	    "agree." },
	[CHECKCODE_DHCP_UNASKED] = { "DHCP-UNASKED", CHECK_DHCP,
	    CHECKGRADE_WARN,
	    "The site has a certificate, and the domain that machines get from "
	    "DHCP (option 15) is not known; they compare it with the name of "
	    "the certificate.",
	    "Run amt-check with --lease and a lease of the machines' network, "
	    "or as root with --dhcp and the interface to it. Where machines "
	    "have their domain from a stick or their MEBx, use --skip dhcp." },
	[CHECKCODE_DHCP_LEASE] = { "DHCP-LEASE", CHECK_DHCP, CHECKGRADE_WARN,
	    "A file that --lease names cannot be read, or is not a lease.",
	    "Name a lease file of dhclient, systemd-networkd or "
	    "NetworkManager, or what dhcpcd --dumplease, networkctl status or "
	    "ipconfig /all prints." },
	[CHECKCODE_DHCP_SILENT] = { "DHCP-SILENT", CHECK_DHCP, CHECKGRADE_WARN,
	    "No DHCP server could be asked on the interface that --dhcp names.",
	    "Name an interface with an address in the machines' network, or a "
	    "lease of that network with --lease." },
	[CHECKCODE_DHCP_NONE] = { "DHCP-NONE", CHECK_DHCP, CHECKGRADE_FAIL,
	    "DHCP gives no domain (option 15), so machines do not find "
	    "ProvisionServer and take no certificate.",
	    "Set option 15 in the DHCP server to the machines' DNS domain." },
	[CHECKCODE_DHCP_OTHER] = { "DHCP-OTHER", CHECK_DHCP, CHECKGRADE_FAIL,
	    "The domain that DHCP gives (option 15) fits the name of no "
	    "certificate of the site, so machines refuse them.",
	    "Set option 15 to a domain that fits, get a certificate for the "
	    "domain (amt-cert plan), or put the domain of the certificate into "
	    "the machines with a stick." },
};

static const char *const checks[CHECK_COUNT] = {
	[CHECK_SITE] = "site",
	[CHECK_CONF] = "conf",
	[CHECK_PROFILE] = "profile",
	[CHECK_DISK] = "disk",
	[CHECK_CLOCK] = "clock",
	[CHECK_KEY_FILE] = "key-file",
	[CHECK_STORE] = "store",
	[CHECK_LISTENER] = "listener",
	[CHECK_SPOOL] = "spool",
	[CHECK_PORT] = "port",
	[CHECK_KEYS] = "keys",
	[CHECK_CERT] = "cert",
	[CHECK_MAP] = "map",
	[CHECK_SWEEP] = "sweep",
	[CHECK_DNS] = "dns",
	[CHECK_DHCP] = "dhcp",
};

static const char *const grades[CHECKGRADE_COUNT] = {
	[CHECKGRADE_PASS] = "pass",
	[CHECKGRADE_WARN] = "warn",
	[CHECKGRADE_FAIL] = "fail",
};

const struct checkcode *
checkcode_get(enum checkcode_id id)
{
	return &table[id];
}

enum checkcode_id
checkcode_find(const char *code)
{
	enum checkcode_id id = 0;

	while (id < CHECKCODE_COUNT && !text_same(table[id].code, code))
		id++;
	return id;
}

enum checkcode_id
checkcode_nearest(const char *code)
{
	size_t best = likeness_limit(code);
	enum checkcode_id nearest = CHECKCODE_COUNT;

	for (enum checkcode_id id = 0; best != 0 && id < CHECKCODE_COUNT;
	     id++) {
		size_t far = likeness_distance(code, table[id].code);

		if (far < best) {
			best = far;
			nearest = id;
		}
	}
	return nearest;
}

const char *
check_name(enum checkpart check)
{
	return checks[check];
}

enum checkpart
check_find(const char *name)
{
	enum checkpart check = 0;

	while (check < CHECK_COUNT && strcmp(checks[check], name) != 0)
		check++;
	return check;
}

const char *
checkgrade_name(enum checkgrade grade)
{
	return grades[grade];
}

enum checkgrade
checkgrade_find(const char *name)
{
	enum checkgrade grade = 0;

	while (grade < CHECKGRADE_COUNT && strcmp(grades[grade], name) != 0)
		grade++;
	return grade;
}
