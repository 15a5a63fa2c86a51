package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** A room for appointments and devices. */
@Entity
public class Room extends ClinicRecord {
  @NotNull
  @Pattern(regexp = "[A-Z][0-9]{3}", message = "must be a letter and three digits")
  private String code;

  @NotNull
  @Enumerated(EnumType.STRING)
  private RoomKind kind;

  @NotNull @ManyToOne private Department department;

  @Min(1)
  @Max(40)
  private int seats;

  @Override
  public String getLabel() {
    return code;
  }

  public String getCode() {
    return code;
  }

  public void setCode(String code) {
    this.code = code;
  }

  public RoomKind getKind() {
    return kind;
  }

  public void setKind(RoomKind kind) {
    this.kind = kind;
  }

  public Department getDepartment() {
    return department;
  }

  public void setDepartment(Department department) {
    this.department = department;
  }

  public int getSeats() {
    return seats;
  }

  public void setSeats(int seats) {
    this.seats = seats;
  }
}
