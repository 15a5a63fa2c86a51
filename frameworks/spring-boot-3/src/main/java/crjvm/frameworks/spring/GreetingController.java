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

  /** Those of an author, in the order of writing. */
  @GetMapping("/notes")
  List<String> notes(@RequestParam String author) {
    return notes.findByAuthorOrderById(author).stream().map(Note::text).toList();
  }

  /** Writes one down; says how many the author has now. */
  @GetMapping("/notes/add")
  long add(@RequestParam String author, @RequestParam String text) {
    notes.save(new Note(author, text));
    return notes.countByAuthor(author);
  }
}
