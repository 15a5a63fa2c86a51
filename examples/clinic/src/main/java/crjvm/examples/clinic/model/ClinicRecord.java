package crjvm.examples.clinic.model;

import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;

/** What all records of the clinic have in common: an id, and a label that stands for the record. */
@MappedSuperclass
public abstract class ClinicRecord {
  @Id @GeneratedValue private Long id;

  /** The database's id; null until the record has been saved. */
  public Long getId() {
    return id;
  }

  /** A short text for links and choices. */
  public abstract String getLabel();
}
