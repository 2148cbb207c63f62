// The position of this turn's element.
      let i = j + $ku * by;
//#if columns
      let c = i;
      let slot = base + c;
//#else
      let place = (outer * count + i) * D.inner + inner;
      let z = place / D.m;
      let row = place % D.m;
      let slot = place * D.n4 + c;
//#end
