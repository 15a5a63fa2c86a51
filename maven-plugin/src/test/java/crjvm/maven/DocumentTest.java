package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Tests that docs/maven-plugin.md and the plugin's descriptor have the same goals, parameters and
 * properties.
 */
class DocumentTest {
  private static final Pattern BLOCK = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private static String document;
  private static Element descriptor;

  @BeforeAll
  static void read() throws Exception {
    document = Files.readString(Path.of("../docs/maven-plugin.md"));
    try (InputStream in = DocumentTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
      descriptor = parse(new InputSource(in));
    }
  }

  @Test
  void theTableHasEveryParameterOfCheckpointAndItsProperty() {
    Map<String, String> documented = new TreeMap<>();
    rows("## Parameters of `checkpoint`")
        .forEach(
            cells -> {
              List<String> names = quoted(cells[1]);
              List<String> properties = quoted(cells[2]);
              for (int i = 0; i < names.size(); i++) {
                documented.put(names.get(i), properties.isEmpty() ? "" : properties.get(i));
              }
            });
    assertThat(documented).isEqualTo(parameters("checkpoint"));
  }

  @Test
  void theTableHasEveryGoal() {
    List<String> documented = rows("## Goals").map(cells -> quoted(cells[1]).get(0)).toList();
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            mojos().map(mojo -> "crjvm:" + child(mojo, "goal").getTextContent()).toList());
  }

  @Test
  void everyPropertyThatIsMentionedExists() {
    List<String> properties =
        mojos()
            .flatMap(mojo -> parameters(child(mojo, "goal").getTextContent()).values().stream())
            .toList();
    List<String> mentioned =
        Pattern.compile("-D(crjvm\\.\\w+)")
            .matcher(document)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(mentioned).isNotEmpty();
    assertThat(properties).containsAll(mentioned);
  }

  @Test
  void examplesConfigureParametersThatExist() throws Exception {
    List<String> configured = new ArrayList<>();
    for (MatchResult block : BLOCK.matcher(document).results().toList()) {
      Element root =
          parse(new InputSource(new StringReader("<blocks>" + block.group(1) + "</blocks>")));
      elements(root.getElementsByTagName("configuration"))
          .flatMap(each -> elements(each.getChildNodes()))
          .map(Element::getTagName)
          .forEach(configured::add);
    }
    assertThat(configured).contains("warmUp", "mainClass");
    assertThat(parameters("checkpoint")).containsKeys(configured.toArray(String[]::new));
  }

  /** Returns the cells of the rows of the first table below a heading. The first cell is empty. */
  private static Stream<String[]> rows(String heading) {
    int start = document.indexOf("\n" + heading + "\n");
    assertThat(start).as(heading).isNotNegative();
    return document
        .substring(start + 1)
        .lines()
        .dropWhile(line -> !line.startsWith("|---"))
        .skip(1)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|"));
  }

  private static List<String> quoted(String text) {
    return QUOTED.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /**
   * Returns the properties of the parameters that users may configure, by the parameters' names. A
   * property is empty if there is none.
   */
  private static Map<String, String> parameters(String goal) {
    Element mojo =
        mojos()
            .filter(each -> child(each, "goal").getTextContent().equals(goal))
            .findFirst()
            .orElseThrow();
    Map<String, String> properties = new TreeMap<>();
    Element configuration = child(mojo, "configuration");
    elements(child(mojo, "parameters").getChildNodes())
        .filter(each -> child(each, "editable").getTextContent().equals("true"))
        .map(each -> child(each, "name").getTextContent())
        .forEach(
            name ->
                properties.put(
                    name,
                    elements(configuration.getElementsByTagName(name))
                        .map(each -> each.getTextContent().replaceAll("^\\$\\{|}$", ""))
                        .findFirst()
                        .orElse("")));
    return properties;
  }

  private static Stream<Element> mojos() {
    return elements(child(descriptor, "mojos").getChildNodes());
  }

  private static Element child(Element parent, String name) {
    return elements(parent.getChildNodes())
        .filter(each -> each.getTagName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(each -> each.getNodeType() == Node.ELEMENT_NODE)
        .map(Element.class::cast);
  }

  private static Element parse(InputSource source) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(source)
        .getDocumentElement();
  }
}
