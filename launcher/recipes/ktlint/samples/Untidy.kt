import java.util.List

fun  main( ) {


  val x=1;println( x )
}