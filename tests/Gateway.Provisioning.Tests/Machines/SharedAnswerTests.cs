using Gateway.Provisioning.Machines;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

public class SharedAnswerTests
{
    private int asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_ask_at_once_cost_one_question_until_it_is_forgotten()
    {
        var answer = new SharedAnswer<int>(async cancel =>
        {
            await Task.Delay(20, cancel);
            return Interlocked.Increment(ref asked);
        });
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => answer.GetAsync(Cancel))), n => Assert.Equal(1, n));
        answer.Forget();
        Assert.Equal(2, await answer.GetAsync(Cancel));
    }

    [Fact]
    public async Task What_the_machine_could_not_say_it_is_not_asked_again_in_the_same_look()
    {
        var answer = new SharedAnswer<int>(_ => throw new InvalidOperationException($"{Interlocked.Increment(ref asked)}"));
        for (var i = 0; i < 3; i++)
            Assert.Equal("1", (await Assert.ThrowsAsync<InvalidOperationException>(() => answer.GetAsync(Cancel))).Message);
    }

    [Fact]
    public async Task A_question_that_was_cancelled_is_asked_again()
    {
        using var impatient = new CancellationTokenSource();
        var answer = new SharedAnswer<int>(async cancel =>
        {
            if (Interlocked.Increment(ref asked) == 1)
                await Task.Delay(Timeout.Infinite, cancel);
            return asked;
        });
        var first = answer.GetAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(2, await answer.GetAsync(Cancel));
    }

    [Fact]
    public async Task Who_waits_for_a_question_whose_asker_gave_up_gets_an_answer()
    {
        var asked = 0;
        var givesUp = new TaskCompletionSource();
        var shared = new SharedAnswer<int>(async cancel =>
        {
            if (++asked > 1)
                return 7;
            await givesUp.Task; // stopping takes a while
            cancel.ThrowIfCancellationRequested();
            return 0;
        });
        using var asker = new CancellationTokenSource();
        var first = shared.GetAsync(asker.Token);
        await asker.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = shared.GetAsync(TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        givesUp.SetResult();
        Assert.Equal(7, await second);
    }
}
