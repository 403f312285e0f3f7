#ifndef EVENTS_H
#define EVENTS_H

/*
 * events - all that happened to one machine, from hellos, plans, results, keys,
 * names and what was settled about them: rows as kind_events has them, in order
 * of time, those without one first.  ?1: its UUID; NULL: no rows.
 */
extern const char events_sql[];

#endif
