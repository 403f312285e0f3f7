#ifndef SUFFIX_H
#define SUFFIX_H

/*
 * suffix - whether a setup server's certificate is for a machine's domain.
 *
 * The firmware compares the CN of the certificate with the DNS suffix that it
 * has: the one typed into MEBx or set by a stick, else what DHCP says (option
 * 15).  Only whole labels match.  Its domain fits when it is the name, or is
 * below it; and the name may be shortened to its last labels before that, as
 * many as the table suffix.def has for what it ends in.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "Acquiring a
 * Certificate"; MeshCentral and MeshCommander for the table.
 */
#include "base/domain.h"
#include "base/fault.h"

enum suffix_rule {
	/* 2.2, 3.0: the domain is the name, or the name without its host */
	SUFFIX_EQUAL,
	SUFFIX_COM_NET, /* 2.6, 3.2 on: only com and net are shortened */
	SUFFIX_TABLE,   /* from 5 or 6 on */
	SUFFIX_STRICT,  /* a server's own wish: never shortened */
};

enum suffix_match {
	SUFFIX_NONE,
	SUFFIX_SHORTENED, /* only because the name is shortened */
	SUFFIX_WHOLE,
};

/*
 * The name of a certificate: lower case, without a leading "*." and a last
 * dot.  0, or -1 with *f when it is no DNS name.
 */
int suffix_name(char name[DOMAIN_TEXT], const char *text, size_t len,
    struct fault *f);

/* What is compared of a name that suffix_name gave: a part of it. */
const char *suffix_shorten(const char *name, enum suffix_rule rule);

/* Does a machine of that domain take it?  Both as suffix_name gives them. */
enum suffix_match suffix_match(const char *name, const char *domain,
    enum suffix_rule rule);

#endif
