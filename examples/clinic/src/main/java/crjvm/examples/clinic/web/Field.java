package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import java.beans.PropertyDescriptor;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.PropertyAccessorFactory;

/**
 * One property of a record, as pages show and ask for it.
 *
 * @param column whether lists have a column for it
 */
public record Field(
    String name, String label, Class<?> type, Kind kind, boolean editable, boolean column) {

  /** How a value is shown and which kind of input asks for it. */
  public enum Kind {
    TEXT,
    NUMBER,
    DATE,
    DATE_TIME,
    YES_NO,
    CHOICE,
    REFERENCE
  }

  /** Type, kind and whether the field can be edited follow from the record's property. */
  static Field of(
      Class<? extends ClinicRecord> recordType, String name, String label, boolean column) {
    PropertyDescriptor property = BeanUtils.getPropertyDescriptor(recordType, name);
    if (property == null) {
      throw new IllegalArgumentException(recordType.getSimpleName() + " has no " + name);
    }
    Class<?> type = property.getPropertyType();
    return new Field(name, label, type, kindOf(type), property.getWriteMethod() != null, column);
  }

  private static Kind kindOf(Class<?> type) {
    if (ClinicRecord.class.isAssignableFrom(type)) {
      return Kind.REFERENCE;
    } else if (type.isEnum()) {
      return Kind.CHOICE;
    } else if (type == boolean.class) {
      return Kind.YES_NO;
    } else if (type == LocalDate.class) {
      return Kind.DATE;
    } else if (type == LocalDateTime.class) {
      return Kind.DATE_TIME;
    } else if (type == int.class || Number.class.isAssignableFrom(type)) {
      return Kind.NUMBER;
    }
    return Kind.TEXT;
  }

  /** The field's value in the given record. */
  public Object valueIn(ClinicRecord record) {
    return PropertyAccessorFactory.forBeanPropertyAccess(record).getPropertyValue(name);
  }

  /** The type of the HTML input element. */
  public String inputType() {
    return switch (kind) {
      case NUMBER -> "number";
      case DATE -> "date";
      case DATE_TIME -> "datetime-local";
      case YES_NO -> "checkbox";
      default -> "text";
    };
  }

  /**
   * References are left out: the database would sort by their ids, which means nothing to users.
   */
  public boolean sortable() {
    return column && editable && kind != Kind.REFERENCE;
  }
}
