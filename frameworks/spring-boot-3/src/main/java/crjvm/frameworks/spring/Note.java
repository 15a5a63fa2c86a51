package crjvm.frameworks.spring;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

@Entity
class Note {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  private String author;
  private String text;

  /** Creates a note for Hibernate. */
  Note() {}

  Note(String author, String text) {
    this.author = author;
    this.text = text;
  }

  String text() {
    return text;
  }
}
