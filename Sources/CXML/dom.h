/* What the DOM files share. */
#ifndef WAYSTATION_CXML_DOM_H
#define WAYSTATION_CXML_DOM_H

#include "internal.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

struct cxml_dom {
    xmlDocPtr document;
    xmlXPathContextPtr context;
};

#endif
