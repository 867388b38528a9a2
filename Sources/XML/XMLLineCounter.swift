/// Tells the lines of many elements.
///
/// An element knows its line, so this asks it; `XMLElement.line` does the same.
package struct XMLLineCounter {
    package init(_ document: XMLDocument) {}

    /// The line of the start tag, from 1.
    package mutating func line(of element: XMLElement) -> Int { element.line }
}
