#ifndef SITE_H
#define SITE_H

/*
 * site - makes a site's folder: site.db, site.key, site.conf, profile.xml and
 * the folders reports, sticks and certs/partners.
 *
 * dir must be empty or not be there.  Ends the program with 73 or 74 when
 * something cannot be made, and then removes what it made, nothing else.
 * site_begin makes dir and comes before stage_confine.
 */
void site_begin(const char *dir);
void site_make(const char *dir);

/*
 * Makes what a site lacks that has its site.db and site.key: the usual
 * site.conf and profile.xml, and the folders.  Replaces nothing, and says on
 * standard output what it made.  Ends the program with 66 when one of the two
 * is missing.
 */
void site_complete_begin(const char *dir); /* before stage_confine */
void site_complete(const char *dir);

#endif
