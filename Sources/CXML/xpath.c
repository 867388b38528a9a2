/* Compiled XPath expressions, evaluated under a limit of operations. */
#include "dom.h"

#include <stdlib.h>
#include <string.h>

struct cxml_xpath {
    xmlXPathCompExprPtr compiled;
    xmlNsPtr
        *namespaces; /* handed to the context for each evaluation: resolving a prefix costs no registration */
    size_t namespace_count;
};

static const char *message_for(int code) {
    switch (code) {
    case XML_XPATH_UNFINISHED_LITERAL_ERROR:
    case XML_XPATH_START_LITERAL_ERROR: return "a string that is not closed";
    case XML_XPATH_VARIABLE_REF_ERROR:
    case XML_XPATH_UNDEF_VARIABLE_ERROR: return "a variable, and there are none";
    case XML_XPATH_INVALID_PREDICATE_ERROR: return "a faulty predicate";
    case XML_XPATH_UNCLOSED_ERROR: return "a parenthesis or bracket that is not closed";
    case XML_XPATH_UNKNOWN_FUNC_ERROR: return "a function that XPath 1.0 does not have";
    case XML_XPATH_INVALID_OPERAND:
    case XML_XPATH_INVALID_TYPE: return "a value of a type that does not fit there";
    case XML_XPATH_INVALID_ARITY: return "a function with the wrong number of arguments";
    case XML_XPATH_UNDEF_PREFIX_ERROR: return "a namespace prefix that is not declared";
    default: return "the expression is not XPath 1.0";
    }
}

static void on_error(void *user, xmlErrorPtr cause) {
    cxml_error *error = user;
    if (error == NULL || error->code != cxml_code_ok) return;
    int native = cause->code - XML_XPATH_EXPRESSION_OK;
    if (native == XPATH_OP_LIMIT_EXCEEDED || native == XPATH_RECURSION_LIMIT_EXCEEDED) {
        cxml_fail(error, cxml_code_xpath_limit, "the expression takes more operations than the limit", 0, 0);
    } else if (native == XPATH_MEMORY_ERROR) {
        cxml_fail(error, cxml_code_no_memory, "no memory for the expression", 0, 0);
    } else {
        uint32_t column = cause->int1 >= 0 ? (uint32_t)cause->int1 + 1 : 1;
        cxml_fail(error, cxml_code_xpath_syntax, message_for(cause->code), 1, column);
    }
}

static bool
copy_namespaces(cxml_xpath *xpath, const char *const *prefixes, const char *const *spaces, size_t count) {
    xpath->namespaces = calloc(count + 1, sizeof(xmlNsPtr));
    if (xpath->namespaces == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        xmlNsPtr space = xmlNewNs(NULL, BAD_CAST spaces[i], BAD_CAST prefixes[i]);
        if (space == NULL) return false;
        xpath->namespaces[i] = space;
        xpath->namespace_count++;
    }
    return true;
}

/* libxml2 evaluates the simplest paths in a mode of its own that walks whole subtrees and counts no
   operations. Parentheses keep an expression out of it. */
static char *without_stream_mode(const char *expression) {
    size_t length = strlen(expression);
    char *wrapped = malloc(length + 3);
    if (wrapped == NULL) return NULL;
    wrapped[0] = '(';
    memcpy(wrapped + 1, expression, length);
    wrapped[length + 1] = ')';
    wrapped[length + 2] = 0;
    return wrapped;
}

static xmlXPathCompExprPtr compile(const char *expression, cxml_error *error) {
    cxml_initialize();
    xmlXPathContextPtr context = xmlXPathNewContext(NULL);
    char *wrapped = without_stream_mode(expression);
    xmlXPathCompExprPtr compiled = NULL;
    if (context != NULL && wrapped != NULL) {
        context->error = (xmlStructuredErrorFunc)on_error;
        context->userData = error;
        compiled = xmlXPathCtxtCompile(context, BAD_CAST wrapped);
        if (compiled == NULL)
            cxml_fail(error, cxml_code_xpath_syntax, "the expression is not XPath 1.0", 1, 2);
        if (error->column > 1) error->column--;
    }
    free(wrapped);
    xmlXPathFreeContext(context);
    return compiled;
}

cxml_xpath *cxml_xpath_compile(
    const char *expression, const char *const *prefixes, const char *const *spaces, size_t count,
    cxml_error *error
) {
    *error = (cxml_error){cxml_code_ok, 0, 0, NULL};
    cxml_xpath *xpath = calloc(1, sizeof(cxml_xpath));
    if (xpath != NULL && copy_namespaces(xpath, prefixes, spaces, count)) {
        xpath->compiled = compile(expression, error);
        if (xpath->compiled != NULL) return xpath;
    }
    cxml_xpath_free(xpath);
    cxml_fail(error, cxml_code_no_memory, "no memory for the expression", 0, 0);
    return NULL;
}

void cxml_xpath_free(cxml_xpath *xpath) {
    if (xpath == NULL) return;
    if (xpath->compiled != NULL) xmlXPathFreeCompExpr(xpath->compiled);
    for (size_t i = 0; i < xpath->namespace_count; i++) xmlFreeNs(xpath->namespaces[i]);
    free(xpath->namespaces);
    free(xpath);
}

/* A result is libxml2's object under another name. */
static xmlXPathObjectPtr object(const cxml_xpath_result *result) {
    return (xmlXPathObjectPtr)(uintptr_t)result;
}

cxml_xpath_result *cxml_xpath_evaluate(
    cxml_xpath *xpath, const cxml_dom *dom, const cxml_dom_node *node, uint64_t operations_max,
    cxml_error *error
) {
    *error = (cxml_error){cxml_code_ok, 0, 0, NULL};
    xmlXPathContextPtr context = dom->context;
    context->node = node == NULL ? (xmlNodePtr)dom->document : (xmlNodePtr)(uintptr_t)node;
    context->namespaces = xpath->namespaces;
    context->nsNr = (int)xpath->namespace_count;
    context->contextSize = 1;
    context->proximityPosition = 1;
    context->error = (xmlStructuredErrorFunc)on_error;
    context->userData = error;
    context->opLimit = (unsigned long)operations_max;
    context->opCount = 0;
    context->depth = 0;
    xmlXPathObjectPtr result = xmlXPathCompiledEval(xpath->compiled, context);
    context->node = NULL;
    context->namespaces = NULL;
    context->nsNr = 0;
    context->userData = NULL;
    context->error = NULL;
    if (result == NULL || error->code != cxml_code_ok) {
        if (result != NULL) xmlXPathFreeObject(result);
        /* What the compiler let through and only evaluation found out. */
        if (error->code == cxml_code_xpath_syntax) error->code = cxml_code_xpath_evaluation;
        cxml_fail(error, cxml_code_xpath_evaluation, "the expression cannot be evaluated", 0, 0);
        error->line = 0;
        error->column = 0;
        return NULL;
    }
    return (cxml_xpath_result *)result;
}

char *cxml_xpath_result_string(cxml_xpath_result *result) {
    return (char *)xmlXPathCastToString(object(result));
}

double cxml_xpath_result_number(cxml_xpath_result *result) {
    return xmlXPathCastToNumber(object(result));
}

bool cxml_xpath_result_boolean(cxml_xpath_result *result) {
    return xmlXPathCastToBoolean(object(result)) != 0;
}

bool cxml_xpath_result_is_node_set(const cxml_xpath_result *result) {
    return object(result)->type == XPATH_NODESET;
}

size_t cxml_xpath_result_node_count(cxml_xpath_result *result) {
    xmlNodeSetPtr nodes = object(result)->type == XPATH_NODESET ? object(result)->nodesetval : NULL;
    if (nodes == NULL) return 0;
    xmlXPathNodeSetSort(nodes);
    return (size_t)nodes->nodeNr;
}

const cxml_dom_node *cxml_xpath_result_node(const cxml_xpath_result *result, size_t index) {
    xmlNodeSetPtr nodes = object(result)->type == XPATH_NODESET ? object(result)->nodesetval : NULL;
    if (nodes == NULL || index >= (size_t)nodes->nodeNr) return NULL;
    xmlNodePtr node = nodes->nodeTab[index];
    /* A namespace node is a copy that dies with the result. */
    return node->type == XML_NAMESPACE_DECL ? NULL : (const cxml_dom_node *)node;
}

void cxml_xpath_result_free(cxml_xpath_result *result) {
    if (result != NULL) xmlXPathFreeObject(object(result));
}
