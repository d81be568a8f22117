console.log('Nothing to write');
