package crjvm.it.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A POM as it is written, without anything that Maven would add from elsewhere. */
record PublishedPom(Element project) {
  record Dependency(String group, String artifact, String version, String scope) {}

  static PublishedPom read(Path file)
      throws IOException, SAXException, ParserConfigurationException {
    return new PublishedPom(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getDocumentElement());
  }

  /** Returns the text of an element below the project, or nothing if there isn't one. */
  String text(String path) {
    List<Element> found = List.of(project);
    for (String name : path.split("/")) {
      found = found.stream().flatMap(each -> children(each, name).stream()).toList();
    }
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }

  int all(String name) {
    return children(project, name).size();
  }

  List<Dependency> dependencies() {
    return children(project, "dependencies").stream()
        .flatMap(each -> children(each, "dependency").stream())
        .map(PublishedPom::dependency)
        .toList();
  }

  private static Dependency dependency(Element element) {
    PublishedPom each = new PublishedPom(element);
    return new Dependency(
        each.text("groupId"), each.text("artifactId"), each.text("version"), each.text("scope"));
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
      if (each instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
