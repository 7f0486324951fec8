# SPDX-License-Identifier: MIT
#
# Rate over time of each subflow, from what mptcp-demo measured: plain TCP, then one panel for each name.
#   gnuplot -e "folder='build/demo'; names='libmptcp'" picture.gp
height = 275 + 285 * words(names)
set terminal svg size 960,height font 'sans-serif,14' background rgb 'white'
set output folder.'/two-paths.svg'
set datafile separator '\t'

last_second = 0
do for [name in 'plain '.names] {
  last = system(sprintf("tail -n 1 '%s/%s.tsv' | cut -f1", folder, name)) + 0
  if (last > last_second) { last_second = last }
}
set xrange [0:last_second * 1.02]
set yrange [0:110]
set ytics 0,25,100
set ylabel 'Mbit/s'
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror

set multiplot
set lmargin at screen 0.08
set rmargin at screen 0.98
unset key

from_top(pixels) = 1 - 1.0 * pixels / height
set tmargin at screen from_top(50)
set bmargin at screen from_top(213)
set label 9 'plain TCP: one path of 50 Mbit/s' at graph 0,1.12 left font ',16'
plot folder.'/plain.tsv' using 1:2 with filledcurves y=0 lc rgb '#9aa5b1'

do for [panel=1:words(names)] {
  name = word(names, panel)
  set tmargin at screen from_top(45 + 285 * panel)
  set bmargin at screen from_top(213 + 285 * panel)
  title = name eq 'libmptcp' ? 'the same download, steering two such paths with libmptcp' : \
                               'the same, steering two such paths in '.name
  set label 9 title at graph 0,1.24 left font ',16'
  if (panel == words(names)) { set xlabel 'seconds' }
  do for [i=1:3] {
    moment = system(sprintf("sed -n %dp '%s/%s-steps.tsv' | cut -f1", i, folder, name)) + 0
    what = system(sprintf("sed -n %dp '%s/%s-steps.tsv' | cut -f2", i, folder, name))
    set arrow i from moment,0 to moment,102 nohead lc rgb '#444444' dt 2
    set label i what at moment,108 center font ',13' tc rgb '#444444'
  }
  set key at graph 1,1.3 right horizontal samplen 1
  plot folder.'/'.name.'.tsv' using 1:2 with filledcurves y=0 lc rgb '#2f6fb2' title 'subflow 1, 10 ms', \
       '' using 1:2:($2+$3) with filledcurves lc rgb '#e8833a' title 'subflow 2, 15 ms'
}
unset multiplot
