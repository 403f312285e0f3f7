#ifndef VERSION_H
#define VERSION_H

#define AMTBATCH_VERSION "0.1"

#endif
