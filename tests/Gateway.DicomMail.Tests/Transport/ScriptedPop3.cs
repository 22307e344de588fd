using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>A mailbox on a server that does what a test has it do. What is deleted is gone after QUIT (RFC 1939 section 6).</summary>
internal sealed class ScriptedPop3 : ScriptedServer
{
    /// <summary>What is there; a message ends in CRLF.</summary>
    public List<(string Id, string Message)> Mails { get; init; } = [];

    public string Mechanisms { get; init; } = "SASL EXTERNAL";

    public bool HasUidl { get; init; } = true;

    public bool TakesSeveral { get; init; }

    public bool HasTop { get; init; } = true;

    /// <summary>What is added to each length that it tells.</summary>
    public int Lies { get; init; }

    /// <summary>Whether it sends mails byte by byte, and never to their end.</summary>
    public bool Drips { get; init; }

    /// <summary>Whether a mail has no end.</summary>
    public bool IsEndless { get; init; }

    /// <summary>What it answers in place of the usual; empty: the connection ends.</summary>
    public Func<string, string?> Answers { get; init; } = _ => null;

    public ConcurrentQueue<string> Heard { get; } = [];

    public static ScriptedPop3 Start(ScriptedPop3 server)
    {
        server.Serve();
        return server;
    }

    protected override async Task TalkAsync(Dialogue dialogue)
    {
        await dialogue.SecureAsync(Shown, takesNone: ClosesAfterCertificate);
        if (ClosesAfterCertificate)
            return;
        (string Id, string Message)[] mails = [.. Mails];
        var deleted = new HashSet<int>();
        await dialogue.SayAsync("+OK scripted");
        while (await dialogue.HearAsync() is { } command)
        {
            Heard.Enqueue(command);
            var words = command.Split(' ');
            if (Answers(command) is { } other)
            {
                if (other.Length == 0)
                    return;
                await dialogue.SayAsync(other);
                continue;
            }

            switch (words[0])
            {
                case "CAPA":
                    await dialogue.SayAsync($"+OK\r\nTOP\r\nUIDL\r\n{(TakesSeveral ? "PIPELINING\r\n" : "")}{Mechanisms}\r\n.");
                    break;
                case "UIDL" when HasUidl:
                    await ListAsync(dialogue, mails, mail => mail.Id);
                    break;
                case "LIST":
                    await ListAsync(dialogue, mails, mail => (mail.Message.Length + Lies).ToString(CultureInfo.InvariantCulture));
                    break;
                case "TOP" when HasTop:
                    await dialogue.SayAsync("+OK");
                    await dialogue.SayAsync(Protected(Of(words).Split("\r\n\r\n")[0] + "\r\n\r\n") + ".");
                    break;
                case "RETR" when Drips || IsEndless:
                    await dialogue.SayAsync("+OK");
                    while (true)
                    {
                        await dialogue.SayAsync(Drips ? "x" : new string('x', 900));
                        await Task.Delay(Drips ? 20 : 0, dialogue.Cancellation);
                    }

                case "RETR":
                    await dialogue.SayAsync("+OK");
                    await dialogue.SayAsync(Protected(Of(words)) + ".");
                    break;
                case "DELE":
                    deleted.Add(Number(words));
                    await dialogue.SayAsync("+OK");
                    break;
                case "QUIT":
                    Mails.RemoveAll(mail => deleted.Any(number => mails[number - 1] == mail));
                    await dialogue.SayAsync("+OK");
                    return;
                case "AUTH" or "USER" or "PASS":
                    await dialogue.SayAsync("+OK");
                    break;
                default:
                    await dialogue.SayAsync("-ERR");
                    break;
            }
        }

        string Of(string[] words) => mails[Number(words) - 1].Message;
    }

    private static int Number(string[] words) => int.Parse(words[1], CultureInfo.InvariantCulture);

    private static string Protected(string message) => message.StartsWith('.') ? "." + message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) : message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);

    private static async Task ListAsync(Dialogue dialogue, (string Id, string Message)[] mails, Func<(string Id, string Message), string> of)
    {
        var text = new StringBuilder("+OK\r\n");
        for (var i = 0; i < mails.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} {of(mails[i])}\r\n");
        await dialogue.SayAsync(text + ".");
    }
}
