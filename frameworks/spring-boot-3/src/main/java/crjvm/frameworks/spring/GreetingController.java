package crjvm.frameworks.spring;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class GreetingController {
  private final AtomicInteger visits = new AtomicInteger();
  private final NoteRepository notes;

  GreetingController(NoteRepository notes) {
    this.notes = notes;
  }

  @GetMapping("/greeting")
  String greeting(@RequestParam String name) {
    return "Hello, " + name + "!";
  }

  @GetMapping("/visits")
  int visits() {
    return visits.incrementAndGet();
  }

  /** Returns the notes of an author, in the order in which they were written. */
  @GetMapping("/notes")
  List<String> notes(@RequestParam String author) {
    return notes.findByAuthorOrderById(author).stream().map(Note::text).toList();
  }

  /** Stores a note, and returns the number of the author's notes. */
  @GetMapping("/notes/add")
  long add(@RequestParam String author, @RequestParam String text) {
    notes.save(new Note(author, text));
    return notes.countByAuthor(author);
  }
}
