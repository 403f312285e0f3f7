#include "check/lease.h"

#include <string.h>

#include "base/text.h"

/* A line, without blanks around it. */
struct lease_line {
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct lease_line
line_trim(struct lease_line l)
{
	while (l.len != 0 && is_blank(l.at[0])) {
		l.at++;
		l.len--;
	}
	while (l.len != 0 && is_blank(l.at[l.len - 1]))
		l.len--;
	return l;
}

/* Does it begin with that, in either case?  Then that is taken off. */
static bool
line_skip(struct lease_line *l, const char *word)
{
	size_t n = strlen(word);

	if (l->len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(l->at[i]) != text_lower(word[i]))
			return false;
	*l = line_trim((struct lease_line){ l->at + n, l->len - n });
	return true;
}

/* The same of what stands between a name and its value. */
static bool
line_skip_past(struct lease_line *l, char mark)
{
	const char *p = memchr(l->at, mark, l->len);

	if (p == NULL)
		return false;
	*l = line_trim(
	    (struct lease_line){ p + 1, l->len - (size_t)(p + 1 - l->at) });
	return true;
}

/* What is in quotes, or all of it, without a semicolon at its end. */
static struct lease_line
line_unquote(struct lease_line l)
{
	const char *end;

	if (l.len != 0 && l.at[l.len - 1] == ';')
		l = line_trim((struct lease_line){ l.at, l.len - 1 });
	if (l.len == 0 || (l.at[0] != '"' && l.at[0] != '\''))
		return l;
	end = memchr(l.at + 1, l.at[0], l.len - 1);
	l.len = end != NULL ? (size_t)(end - l.at) - 1 : l.len - 1;
	l.at++;
	return l;
}

void
lease_add(struct lease *l, const char *domain, size_t len)
{
	while (len != 0 && domain[len - 1] == '\0')
		len--; /* some servers count it */
	if (len >= LEASE_DOMAIN)
		len = LEASE_DOMAIN - 1;
	if (len == 0 || l->n == LEASE_DOMAINS)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (strlen(l->domain[i]) == len &&
		    memcmp(l->domain[i], domain, len) == 0)
			return;
	memcpy(l->domain[l->n], domain, len);
	for (size_t i = 0; i < len; i++)
		if (l->domain[l->n][i] == '\0')
			l->domain[l->n][i] = ' ';
	l->domain[l->n++][len] = '\0';
}

/* Names one after another, in one value. */
static void
words_add(struct lease *l, struct lease_line words)
{
	while (words.len != 0) {
		size_t n = 0;

		while (n < words.len && !is_blank(words.at[n]))
			n++;
		lease_add(l, words.at, n);
		words = line_trim(
		    (struct lease_line){ words.at + n, words.len - n });
	}
}

/* dhclient; a lease begins anew. */
static bool
line_dhclient(struct lease *l, struct lease_line line)
{
	if (line_skip(&line, "lease {") || line_skip(&line, "lease{")) {
		*l = (struct lease){ .found = true };
		return true;
	}
	if (!line_skip(&line, "option domain-name "))
		return false;
	line = line_unquote(line);
	lease_add(l, line.at, line.len);
	return l->found = true;
}

/* What has name=value, and nothing else on its line. */
static bool
line_assigned(struct lease *l, struct lease_line line)
{
	static const char *const names[] = { "DOMAINNAME=", "domain_name=",
		"new_domain_name=" };
	static const char *const others[] = { "ADDRESS=", "ip_address=",
		"new_ip_address=", "SERVER_ADDRESS=",
		"dhcp_server_identifier=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (line_skip(&line, names[i])) {
			line = line_unquote(line);
			lease_add(l, line.at, line.len);
			return l->found = true;
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (line_skip(&line, others[i]))
			return l->found = true;
	return false;
}

/* DHCP4.OPTION[3]:   domain_name = lab7.example.com */
static bool
line_nmcli(struct lease *l, struct lease_line line)
{
	if (!line_skip(&line, "DHCP4.OPTION[") || !line_skip_past(&line, ':'))
		return false;
	l->found = true;
	if (line_skip(&line, "domain_name ") && line_skip_past(&line, '='))
		lease_add(l, line.at, line.len);
	return true;
}

/* networkctl; names that follow on lines of their own are of no connection. */
static bool
line_networkctl(struct lease *l, struct lease_line line)
{
	if (line_skip(&line, "DHCP4 Client ID:") ||
	    line_skip(&line, "DHCPv4 Client ID:") ||
	    line_skip(&line, "Network File:"))
		return l->found = true;
	if (!line_skip(&line, "Search Domains:"))
		return false;
	words_add(l, line);
	return l->found = true;
}

/* Windows, in English and in German. */
static bool
line_ipconfig(struct lease *l, struct lease_line line)
{
	if (!line_skip(&line, "Connection-specific DNS Suffix") &&
	    !line_skip(&line, "Verbindungsspezifisches DNS-Suffix"))
		return false;
	if (line_skip_past(&line, ':'))
		lease_add(l, line.at, line.len);
	return l->found = true;
}

void
lease_read(struct lease *l, const char *text, size_t len)
{
	*l = (struct lease){ .found = false };
	while (len != 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end != NULL ? (size_t)(end - text) : len;
		struct lease_line line =
		    line_trim((struct lease_line){ text, n });

		(void)(line_dhclient(l, line) || line_assigned(l, line) ||
		    line_nmcli(l, line) || line_networkctl(l, line) ||
		    line_ipconfig(l, line));
		n += end != NULL;
		text += n;
		len -= n;
	}
}
