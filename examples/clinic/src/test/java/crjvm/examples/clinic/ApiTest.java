package crjvm.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Tests the JSON API. */
@MockMvcTest
class ApiTest {
  @Autowired private MockMvcTester mvc;

  @Test
  void listsRecordsPageByPage() {
    assertThat(mvc.get().uri("/api/patients?page=11"))
        .hasStatusOk()
        .bodyJson()
        .hasPathSatisfying("$.pages", pages -> assertThat(pages).isEqualTo(12))
        .hasPathSatisfying("$.records.length()", length -> assertThat(length).isEqualTo(20));
  }

  @Test
  void showsARecordWithItsReferencesAsLabels() {
    assertThat(mvc.get().uri("/api/rooms/1"))
        .hasStatusOk()
        .bodyJson()
        .hasPath("$.department.label")
        .hasPathSatisfying("$.id", id -> assertThat(id).isEqualTo(1));
  }

  @Test
  void missingRecordAndSectionAreNotFound() {
    assertThat(mvc.get().uri("/api/rooms/99999")).hasStatus(HttpStatus.NOT_FOUND);
    assertThat(mvc.get().uri("/api/nonsense")).hasStatus(HttpStatus.NOT_FOUND);
  }

  @Test
  void diagnosticsAreOffUnlessAskedFor() {
    assertThat(mvc.get().uri("/api/environment?name=PATH")).hasStatus(HttpStatus.NOT_FOUND);
  }

  @Test
  void booksAnAppointmentOnlyWhereThePractitionerIsFree() {
    MvcTestResult booked = book("2031-03-03T09:00", 30);
    assertThat(booked).hasStatus(HttpStatus.CREATED);
    assertThat(mvc.get().uri(booked.getResponse().getHeader("Location")))
        .bodyJson()
        .hasPathSatisfying("$.status", status -> assertThat(status).isEqualTo("PLANNED"));

    assertThat(book("2031-03-03T09:15", 30)).hasStatus(HttpStatus.CONFLICT);
    assertThat(book("2031-03-03T08:45", 120)).hasStatus(HttpStatus.CONFLICT);
    assertThat(book("2031-03-03T09:30", 30)).hasStatus(HttpStatus.CREATED);
  }

  @Test
  void invalidBookingIsRefusedWithAMessageForEachField() {
    assertThat(book("2031-03-04T09:00", 1))
        .hasStatus(HttpStatus.BAD_REQUEST)
        .bodyJson()
        .hasPath("$.errors.minutes");
  }

  private MvcTestResult book(String startsAt, int minutes) {
    String booking =
        """
        {"patientId": 1, "practitionerId": 2, "roomId": 3,
         "startsAt": "%s", "minutes": %d, "reason": "Check-up"}
        """
            .formatted(startsAt, minutes);
    return mvc.post()
        .uri("/api/appointments")
        .contentType(MediaType.APPLICATION_JSON)
        .content(booking)
        .exchange();
  }
}
