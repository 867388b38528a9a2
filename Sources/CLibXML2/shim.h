#ifndef WAYSTATION_CLIBXML2_SHIM_H
#define WAYSTATION_CLIBXML2_SHIM_H
/* Only the C target CXML includes libxml2: its ICU headers clash with Foundation's, so nothing of it is named here. */
#endif
