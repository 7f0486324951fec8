# SPDX-License-Identifier: MIT
#
# Rate over time of each subflow, from what mptcp-demo measured.
#   gnuplot -e "folder='build/demo'" picture.gp
set terminal svg size 960,560 font 'sans-serif,14' background rgb 'white'
set output folder.'/two-paths.svg'
set datafile separator '\t'

last_second = system("cut -f1 '".folder."/plain.tsv' | tail -n 1") + 0
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

set tmargin at screen 0.91
set bmargin at screen 0.62
set label 9 'plain TCP: one path of 50 Mbit/s' at graph 0,1.12 left font ',16'
plot folder.'/plain.tsv' using 1:2 with filledcurves y=0 lc rgb '#9aa5b1'

set tmargin at screen 0.41
set bmargin at screen 0.11
set label 9 'the same download, steering two such paths with libmptcp' at graph 0,1.24 left font ',16'
set xlabel 'seconds'
do for [i=1:3] {
  moment = system(sprintf("sed -n %dp '%s/steps.tsv' | cut -f1", i, folder)) + 0
  what = system(sprintf("sed -n %dp '%s/steps.tsv' | cut -f2", i, folder))
  set arrow i from moment,0 to moment,102 nohead lc rgb '#444444' dt 2
  set label i what at moment,108 center font ',13' tc rgb '#444444'
}
set key at graph 1,1.3 right horizontal samplen 1
plot folder.'/multipath.tsv' using 1:2 with filledcurves y=0 lc rgb '#2f6fb2' title 'subflow 1, 10 ms', \
     '' using 1:2:($2+$3) with filledcurves lc rgb '#e8833a' title 'subflow 2, 15 ms'
unset multiplot
