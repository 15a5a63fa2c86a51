package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;

/** A piece of medical equipment, which has to be inspected now and then. */
@Entity
public class Device extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String name;

  @NotNull
  @Pattern(regexp = "SN-[0-9]{5}", message = "must look like SN-12345")
  private String serialNumber;

  @NotNull @ManyToOne private Room room;

  @NotNull @Past private LocalDate boughtOn;

  @NotNull private LocalDate nextInspection;

  @Override
  public String getLabel() {
    return name + " (" + serialNumber + ")";
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getSerialNumber() {
    return serialNumber;
  }

  public void setSerialNumber(String serialNumber) {
    this.serialNumber = serialNumber;
  }

  public Room getRoom() {
    return room;
  }

  public void setRoom(Room room) {
    this.room = room;
  }

  public LocalDate getBoughtOn() {
    return boughtOn;
  }

  public void setBoughtOn(LocalDate boughtOn) {
    this.boughtOn = boughtOn;
  }

  public LocalDate getNextInspection() {
    return nextInspection;
  }

  public void setNextInspection(LocalDate nextInspection) {
    this.nextInspection = nextInspection;
  }
}
