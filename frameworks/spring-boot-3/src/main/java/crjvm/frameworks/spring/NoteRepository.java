package crjvm.frameworks.spring;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

interface NoteRepository extends JpaRepository<Note, Long> {
  List<Note> findByAuthorOrderById(String author);

  long countByAuthor(String author);
}
