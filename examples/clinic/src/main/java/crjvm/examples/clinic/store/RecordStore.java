package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.ClinicRecord;
import jakarta.persistence.criteria.Predicate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.repository.support.Repositories;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads and writes records of any type, and finds the repository for each type. */
@Service
@Transactional(readOnly = true)
public class RecordStore {
  private final Repositories repositories;

  RecordStore(ListableBeanFactory beans) {
    repositories = new Repositories(beans);
  }

  /** Finds the record, or fails with a {@link RecordNotFoundException}. */
  public <T extends ClinicRecord> T get(Class<T> type, long id) {
    return repositoryOf(type)
        .findById(id)
        .orElseThrow(() -> new RecordNotFoundException(type.getSimpleName(), id));
  }

  /** Finds the records in which each word of the text occurs in at least one of the properties. */
  public <T extends ClinicRecord> Page<T> search(
      Class<T> type, String text, Collection<String> properties, Pageable page) {
    return repositoryOf(type).findAll(containing(text, properties), page);
  }

  /** Finds the records that refer to the given one, newest first. */
  public <T extends ClinicRecord> List<T> referringTo(
      ClinicRecord record, Class<T> type, String property) {
    return repositoryOf(type)
        .findAll((root, query, is) -> is.equal(root.get(property), record), newestFirst());
  }

  /** Returns all records of a type, for the choices of a form. */
  @Cacheable("choices")
  public <T extends ClinicRecord> List<T> all(Class<T> type) {
    return repositoryOf(type).findAll(Sort.by("id"));
  }

  public long count(Class<? extends ClinicRecord> type) {
    return repositoryOf(type).count();
  }

  /** Inserts or updates the record. */
  @Transactional
  @CacheEvict(
      cacheNames = {"choices", "statistics"},
      allEntries = true)
  public <T extends ClinicRecord> T save(Class<T> type, T record) {
    return repositoryOf(type).save(record);
  }

  /** Inserts or updates many records in one transaction. */
  @Transactional
  @CacheEvict(
      cacheNames = {"choices", "statistics"},
      allEntries = true)
  public <T extends ClinicRecord> List<T> saveAll(Class<T> type, List<T> records) {
    return repositoryOf(type).saveAll(records);
  }

  private static Sort newestFirst() {
    return Sort.by(Sort.Direction.DESC, "id");
  }

  private static <T> Specification<T> containing(String text, Collection<String> properties) {
    return (root, query, is) -> {
      Predicate everyWord = is.conjunction();
      for (String word : text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1)) {
        String pattern = "%" + escape(word) + "%";
        Predicate anyProperty = is.disjunction();
        for (String property : properties) {
          anyProperty = is.or(anyProperty, is.like(is.lower(root.get(property)), pattern, '!'));
        }
        everyWord = is.and(everyWord, anyProperty);
      }
      return everyWord;
    };
  }

  private static String escape(String word) {
    return word.replaceAll("[!%_]", "!$0");
  }

  @SuppressWarnings("unchecked") // Repositories has the type of the records as its key
  private <T extends ClinicRecord> RecordRepository<T> repositoryOf(Class<T> type) {
    return (RecordRepository<T>) repositories.getRepositoryFor(type).orElseThrow();
  }
}
