package crjvm.examples.clinic.api;

import crjvm.examples.clinic.model.ClinicRecord;
import crjvm.examples.clinic.store.RecordStore;
import crjvm.examples.clinic.store.Statistics;
import crjvm.examples.clinic.store.StatisticsService;
import crjvm.examples.clinic.web.Field;
import crjvm.examples.clinic.web.Section;
import crjvm.examples.clinic.web.Sections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Returns the records of all sections as JSON. They can't be changed here. */
@RestController
@RequestMapping("/api")
class ApiController {
  private static final int PAGE_SIZE = 20;

  private final Sections sections;
  private final RecordStore store;
  private final StatisticsService statistics;

  ApiController(Sections sections, RecordStore store, StatisticsService statistics) {
    this.sections = sections;
    this.store = store;
    this.statistics = statistics;
  }

  /** A page of records. Pages are counted from 0. */
  record Records(int page, int pages, long total, List<Map<String, Object>> records) {}

  /** Another record that a record refers to. */
  record Reference(Long id, String label) {}

  @GetMapping("/statistics")
  Statistics statistics() {
    return statistics.summary();
  }

  @GetMapping("/{path}")
  Records list(
      @PathVariable String path,
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "0") int page) {
    Section<?> section = sections.at(path);
    PageRequest request = PageRequest.of(Math.max(page, 0), PAGE_SIZE, Sort.by("id"));
    Page<? extends ClinicRecord> found =
        store.search(section.type(), q, section.searchedProperties(), request);
    return new Records(
        found.getNumber(),
        found.getTotalPages(),
        found.getTotalElements(),
        found.getContent().stream().map(record -> toJson(section, record)).toList());
  }

  @GetMapping("/{path}/{id}")
  Map<String, Object> detail(@PathVariable String path, @PathVariable long id) {
    Section<?> section = sections.at(path);
    return toJson(section, store.get(section.type(), id));
  }

  /**
   * Returns a record as JSON. The label of another record replaces that record, which would have
   * references of its own.
   */
  private static Map<String, Object> toJson(Section<?> section, ClinicRecord record) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", record.getId());
    for (Field field : section.fields()) {
      Object value = field.valueIn(record);
      json.put(
          field.name(),
          value instanceof ClinicRecord other
              ? new Reference(other.getId(), other.getLabel())
              : value);
    }
    return json;
  }
}
