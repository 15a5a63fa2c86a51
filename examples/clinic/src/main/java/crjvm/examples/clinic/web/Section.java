package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.BeanUtils;

/** The pages for one type of record: their path, their fields and their links. */
public final class Section<T extends ClinicRecord> {
  private final Class<T> type;
  private final String path;
  private final String singular;
  private final String plural;
  private final List<Field> fields = new ArrayList<>();
  private final List<Related> related = new ArrayList<>();

  Section(Class<T> type, String path, String singular, String plural) {
    this.type = type;
    this.path = path;
    this.singular = singular;
    this.plural = plural;
  }

  /** Records of another type whose {@code property} refers to a record of this section. */
  public record Related(Class<? extends ClinicRecord> type, String property) {}

  /** Adds a field for which lists have a column. */
  Section<T> column(String name, String label) {
    fields.add(Field.of(type, name, label, true));
    return this;
  }

  /** Adds a field that only the pages of a single record show. */
  Section<T> field(String name, String label) {
    fields.add(Field.of(type, name, label, false));
    return this;
  }

  /** Adds a list of referring records to the detail page. */
  Section<T> related(Class<? extends ClinicRecord> relatedType, String property) {
    related.add(new Related(relatedType, property));
    return this;
  }

  T newRecord() {
    return BeanUtils.instantiateClass(type);
  }

  public Class<T> type() {
    return type;
  }

  /** Returns the first part of the URLs, without slashes. */
  public String path() {
    return path;
  }

  public String singular() {
    return singular;
  }

  public String plural() {
    return plural;
  }

  /** Returns the heading of the form for the given record. */
  public String formTitle(ClinicRecord record) {
    return record.getId() == null
        ? "New " + singular.toLowerCase(Locale.ROOT)
        : "Edit " + record.getLabel();
  }

  public List<Field> fields() {
    return fields;
  }

  public List<Field> columns() {
    return fields.stream().filter(Field::column).toList();
  }

  public List<Field> editableFields() {
    return fields.stream().filter(Field::editable).toList();
  }

  /** Returns the names of the properties that are searched, which are all texts. */
  public List<String> searchedProperties() {
    return fields.stream().filter(f -> f.kind() == Field.Kind.TEXT).map(Field::name).toList();
  }

  public List<Related> related() {
    return related;
  }
}
