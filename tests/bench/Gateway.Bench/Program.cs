using Gateway.Bench;

// One measurement a word.
switch (args)
{
    case []:
        await NoOpPlan.MeasureAsync(CancellationToken.None);
        return 0;
    case ["verify"]:
        return await NoOpVerify.MeasureAsync(CancellationToken.None);
    case ["install"]:
        return await Installing.MeasureAsync(CancellationToken.None);
    case ["receive"]:
        return await Receiving.MeasureAsync(CancellationToken.None);
    case ["send"]:
        return await Sending.MeasureAsync(CancellationToken.None);
    case ["studies"]:
        return await StudyListing.MeasureAsync(CancellationToken.None);
    case ["mail", var gigabytes] when int.TryParse(gigabytes, out var waiting):
        return await Mailing.MeasureAsync(waiting, CancellationToken.None);
    case ["relay"]:
        return await Relaying.MeasureAsync(CancellationToken.None);
    case ["emergency", var gigabytes] when int.TryParse(gigabytes, out var backlog):
        return await Emergency.MeasureAsync(backlog, CancellationToken.None);
    case ["openpgp", var rounds] when int.TryParse(rounds, out var count):
        return await Sealing.MeasureAsync(count, CancellationToken.None);
    default:
        Console.Error.WriteLine("usage: Gateway.Bench [verify | install | receive | send | studies | relay | mail GIGABYTES | emergency GIGABYTES | openpgp ROUNDS]");
        return 64;
}
