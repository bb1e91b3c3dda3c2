namespace paperround {}
