let seconds = 0;
console.log('Started');
setInterval(() => console.log(`Still here after ${(seconds += 1)} s`), 1000);
