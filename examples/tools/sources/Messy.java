package  messy ;
import static java.lang.Math.*;
import java.util.Map;import java.util.concurrent.*;
/** a class
that is not formatted */
@Deprecated @SuppressWarnings( "all" )
abstract class Messy<A,B extends Map<A ,?>>extends Thread implements Callable<A>{
  enum Colour{RED,GREEN{int x(){return 2;}},BLUE; int x(){return 1;}}
  final int[][]grid={{1,2},{3,4}};
    protected abstract B make(A a,int...more)throws Exception;
  public A call(){ outer:for(int i=0,j=9;i<j;i++,j--){ while(true){ if(i%2==0)continue outer; else break outer; } }
    try(java.io.StringReader r=new java.io.StringReader("x")){ r.read(); }catch(RuntimeException|java.io.IOException e){ throw new IllegalStateException(e); }finally{ System.gc(); }
    Object o=new Object(){ public String toString(){ return "anonymous"+max( 1 , 2 )+(grid.length>1?"many":"one"); } };
    synchronized(this){ assert o!=null:"none"; }
    do{ grid[0][1]<<=2; }while(grid[0][1]<100);
    return null; }
  int longLine(int first,int second,int third){ return first*second+third*first+second*third+first*first+second*second+third*third+first-second; }
}
