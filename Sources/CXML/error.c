/* libxml2's error numbers in our words; its own messages quote the document and stay here. */
#include "internal.h"

void cxml_fail(cxml_error *error, cxml_code code, const char *message, uint32_t line, uint32_t column) {
    if (error->code != cxml_code_ok) return;
    *error = (cxml_error){code, line, column, message};
}

static const char *namespace_message(int code) {
    switch (code) {
    case XML_NS_ERR_UNDEFINED_NAMESPACE: return "a namespace prefix that is not declared";
    case XML_NS_ERR_ATTRIBUTE_REDEFINED: return "an attribute that stands twice in one element";
    default: return "a name or declaration that breaks the rules of namespaces";
    }
}

static const char *message_for(int code) {
    switch (code) {
    case XML_ERR_DOCUMENT_EMPTY: return "no element where the document should begin";
    case XML_ERR_DOCUMENT_END: return "something after the end of the root element";
    case XML_ERR_INVALID_CHAR: return "a character that XML does not allow";
    case XML_ERR_INVALID_CHARREF:
    case XML_ERR_INVALID_HEX_CHARREF:
    case XML_ERR_INVALID_DEC_CHARREF: return "a character reference that names no character of XML";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY: return "an entity beyond the five that XML predefines";
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
    case XML_ERR_NAME_REQUIRED: return "an ampersand or tag without a proper name after it";
    case XML_ERR_LT_IN_ATTRIBUTE: return "a less-than sign inside an attribute's value";
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE: return "an attribute without a quoted value";
    case XML_ERR_ATTRIBUTE_REDEFINED: return "an attribute that stands twice in one element";
    case XML_ERR_SPACE_REQUIRED: return "white space is missing";
    case XML_ERR_GT_REQUIRED: return "a tag that does not end with a greater-than sign";
    case XML_ERR_TAG_NAME_MISMATCH: return "an end tag that does not match its start tag";
    case XML_ERR_COMMENT_NOT_FINISHED:
    case XML_ERR_HYPHEN_IN_COMMENT: return "a comment that is not properly closed";
    case XML_ERR_MISPLACED_CDATA_END: return "the end of a CDATA section outside of one";
    case XML_ERR_RESERVED_XML_NAME: return "an XML declaration that is not at the very beginning";
    case XML_ERR_UNKNOWN_VERSION:
    case XML_ERR_VERSION_MISSING:
    case XML_ERR_XMLDECL_NOT_STARTED:
    case XML_ERR_XMLDECL_NOT_FINISHED: return "a faulty XML declaration";
    default: return "the document is not well-formed";
    }
}

void cxml_fail_from_parser(cxml_error *error, int code, bool at_end, uint32_t line, uint32_t column) {
    if (code == XML_ERR_NO_MEMORY) {
        cxml_fail(error, cxml_code_no_memory, "no memory to parse the document", line, column);
    } else if (code == XML_ERR_NAME_TOO_LONG) {
        cxml_fail(error, cxml_code_name_too_long, "a name is longer than the limit", line, column);
    } else if (at_end) {
        cxml_fail(error, cxml_code_cut_off, "the document ends before its root element does", line, column);
    } else if (code >= XML_NS_ERR_XML_NAMESPACE && code < XML_NS_ERR_XML_NAMESPACE + 100) {
        cxml_fail(error, cxml_code_not_xml, namespace_message(code), line, column);
    } else if (
        code == XML_ERR_INVALID_ENCODING || code == XML_ERR_UNKNOWN_ENCODING
        || code == XML_ERR_UNSUPPORTED_ENCODING || code == XML_ERR_ENCODING_NAME
    ) {
        cxml_fail(error, cxml_code_encoding, "a faulty encoding", line, column);
    } else {
        cxml_fail(error, cxml_code_not_xml, message_for(code), line, column);
    }
}
