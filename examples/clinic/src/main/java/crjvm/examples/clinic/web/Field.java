package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import java.beans.PropertyDescriptor;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.PropertyAccessorFactory;

/**
 * One property of a record that pages show and forms ask for.
 *
 * @param column true if lists have a column for it
 */
public record Field(
    String name, String label, Class<?> type, Kind kind, boolean editable, boolean column) {

  /** The kind of a value, which determines how it is shown and which input asks for it. */
  public enum Kind {
    TEXT,
    NUMBER,
    DATE,
    DATE_TIME,
    YES_NO,
    CHOICE,
    REFERENCE
  }

  /**
   * Creates a field. The record's property determines its type, its kind and whether it can be
   * edited.
   */
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

  /** Returns the field's value in the given record. */
  public Object valueIn(ClinicRecord record) {
    return PropertyAccessorFactory.forBeanPropertyAccess(record).getPropertyValue(name);
  }

  /** Returns the type of the HTML input element. */
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
   * Returns whether lists can be sorted by the field. They can't be sorted by references, because
   * the database would use their ids, which mean nothing to users.
   */
  public boolean sortable() {
    return column && editable && kind != Kind.REFERENCE;
  }
}
